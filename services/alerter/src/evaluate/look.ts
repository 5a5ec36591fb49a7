/** What one look at everything has at hand: read once, for all rules. */
import { latestValues, type PoolClient } from '@miniobserv/db'
import type { Condition, ConditionOf } from '@miniobserv/protocol'
import { durationMs } from '../duration.ts'
import { matchesName } from '../match.ts'
import type { StoredRule } from '../rules/stored.ts'
import { attempt } from './attempt.ts'
import type { Catalogue } from './catalogue.ts'
import type { HostLayouts, KnownHost } from './hosts.ts'
import type { LongWindow, LongWindows } from './long-windows.ts'
import { LONGEST_RAW, readRawWindows } from './raw-windows.ts'
import { emptySums, type Sums } from './window.ts'

/** Kinds that look at samples in a window. */
export type OfSamples = ConditionOf<'threshold'> | ConditionOf<'no-data'>

export const isOfSamples = (condition: Condition): condition is OfSamples =>
  condition.kind === 'threshold' || condition.kind === 'no-data'

export const windowMs = (condition: OfSamples): number =>
  durationMs(condition.kind === 'threshold' ? condition.window : condition.after)

const wantsLast = (condition: OfSamples): boolean =>
  condition.kind === 'threshold' && condition.agg === 'last'

/** The samples of a series in the window that ends now; undefined where there are none. */
export type Samples = (hostId: number, seriesId: number) => Sums | undefined

export interface Look {
  /** Epoch ms. */
  now: number
  hosts: readonly KnownHost[]
  catalogue: Catalogue
  layouts: HostLayouts
  /** @throws where the window could not be read: that concerns its rules only */
  samples(condition: OfSamples): Samples
}

/** The metrics that any of the rules speaks of. */
export const metricsOf = (rules: readonly StoredRule[]): Set<string> =>
  new Set(rules.flatMap(({ condition }) => ('metric' in condition ? [condition.metric] : [])))

/** Hosts whose frames are held in memory at one time. */
const CHUNK = 250

/** For the windows of one length, ms. */
const LONG_TIMEOUT = 10_000

interface Reading {
  conditions: readonly OfSamples[]
  hosts: readonly KnownHost[]
  catalogue: Catalogue
  layouts: HostLayouts
  longWindows: LongWindows
  now: number
}

/** Gives the hosts in pieces, each with the samples that the rules ask for. The catalogue knows their metrics already. */
export async function* looks(client: PoolClient, reading: Reading): AsyncGenerator<Look> {
  const { conditions, hosts, catalogue, layouts, now } = reading
  const windows = new Set(conditions.map(windowMs).filter((window) => window <= LONGEST_RAW))
  const lasts = conditions.filter((condition) => wantsLast(condition) && windowMs(condition) > LONGEST_RAW)
  if (lasts.length > 0) windows.add(LONGEST_RAW)
  const short = [...windows].sort((a, b) => a - b)
  const long = await readLongWindows(client, reading)

  for (let start = 0; start < hosts.length; start += CHUNK) {
    const chunk = hosts.slice(start, start + CHUNK)
    const raw = await readRawWindows(client, {
      ...{ catalogue, layouts, windows: short, now },
      wanted: () => idsOf(catalogue, conditions),
      hostIds: chunk.map(({ id }) => id)
    })
    const rawSamples = (window: number): Samples => {
      const place = short.indexOf(window)
      return (hostId, seriesId) => {
        const sums = raw.get(hostId)?.get(seriesId)?.[place]
        return sums?.count ? sums : undefined
      }
    }
    const newest = rawSamples(LONGEST_RAW)
    const older = lasts.length > 0 ? await readOlder(client, reading, lasts, chunk, newest) : new Map()
    yield {
      ...{ now, hosts: chunk, catalogue, layouts },
      samples(condition) {
        const window = windowMs(condition)
        if (window <= LONGEST_RAW) return rawSamples(window)
        if (wantsLast(condition))
          return (host, series) => newest(host, series) ?? within(older, window, host, series)
        const found = long.get(window)
        if (found instanceof Error) throw found
        return (hostId, seriesId) => found?.get(hostId)?.get(seriesId)
      }
    }
  }

  function within(older: LongWindow, window: number, hostId: number, seriesId: number): Sums | undefined {
    const sums = older.get(hostId)?.get(seriesId)
    return sums && sums.lastTime > now - window ? sums : undefined
  }
}

const idsOf = (catalogue: Catalogue, conditions: readonly OfSamples[]): Set<number> =>
  new Set(conditions.flatMap((condition) => [...catalogue.selected(condition).keys()]))

async function readLongWindows(
  client: PoolClient,
  { conditions, catalogue, longWindows, now }: Reading
): Promise<Map<number, LongWindow | Error>> {
  const long = conditions.filter((condition) => windowMs(condition) > LONGEST_RAW && !wantsLast(condition))
  const found = new Map<number, LongWindow | Error>()
  for (const [window, ofWindow] of Map.groupBy(long, windowMs)) {
    const seriesIds = [...idsOf(catalogue, ofWindow)]
    const extremes = ofWindow.some((condition) => 'agg' in condition && /min|max/.test(condition.agg))
    const read = () => longWindows.read(client, { seriesIds, window, extremes }, now)
    found.set(window, await attempt(client, LONG_TIMEOUT, read).catch((error: Error) => error))
  }
  return found
}

/** Rollups know no last values: of series that were silent for longer than raw windows reach, they are looked up. */
async function readOlder(
  client: PoolClient,
  { catalogue, layouts, now }: Reading,
  conditions: readonly OfSamples[],
  hosts: readonly KnownHost[],
  newest: Samples
): Promise<LongWindow> {
  const longest = Math.max(...conditions.map(windowMs))
  const groupers = conditions.map((condition) =>
    catalogue.grouper({ metric: condition.metric, where: condition.where })
  )
  const isMissing = ({ id, lastSeen }: KnownHost) =>
    lastSeen > now - longest &&
    groupers.some((groups) =>
      groups(layouts.of(id)).some(({ seriesIds }) => seriesIds.some((series) => !newest(id, series)))
    )
  const missing = hosts.filter(isMissing).map(({ id }) => id)
  const found: LongWindow = new Map()
  if (missing.length === 0) return found
  const values = await latestValues(client, {
    seriesIds: [...idsOf(catalogue, conditions)],
    ...{ hosts: missing, from: now - longest + 1, to: now + 1 }
  })
  for (const { hostId, seriesId, time, value } of values) {
    const ofHost = found.get(hostId) ?? new Map<number, Sums>()
    ofHost.set(seriesId, { ...emptySums(), count: 1, last: value, lastTime: time })
    found.set(hostId, ofHost)
  }
  return found
}

/** Answers, quickly, which of the hosts a list of patterns means. */
export function hostSelector(
  hosts: readonly KnownHost[]
): (patterns: readonly string[]) => ReadonlySet<number> {
  const found = new Map<string, Set<number>>()
  return (patterns) => {
    const key = patterns.join('\n')
    let ids = found.get(key)
    if (!ids) {
      ids = new Set(hosts.filter(({ name }) => matchesName(patterns, name)).map(({ id }) => id))
      found.set(key, ids)
    }
    return ids
  }
}
