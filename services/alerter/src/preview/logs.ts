/** Replays rules that count log lines: the same search as the page's, day by day; of each line only its time is read. */
import type { Reading } from '@miniobserv/db'
import {
  blockHashes,
  blocksWithin,
  conditionsOf,
  millis,
  Parameters,
  parseSearch,
  searchedHosts
} from '@miniobserv/log-search'
import type { ConditionOf } from '@miniobserv/protocol'
import { durationMs } from '../duration.ts'
import { lookAtLogs, type Matches } from '../evaluate/log-match.ts'
import { darkTimes } from './darkness.ts'
import { readGaps } from './gaps.ts'
import { numbersIn } from './numbers.ts'
import type { Past } from './past.ts'
import type { Replay } from './replay.ts'
import type { Replayed } from './samples.ts'

const DAY = 86_400_000

export async function replayLogs(
  condition: ConditionOf<'log-match'>,
  replay: Replay,
  past: Past
): Promise<Replayed> {
  const { hosts, meant, from, to, interval, pause } = past
  const window = durationMs(condition.window)
  const lines = await readLines(condition, past, window)
  const silences = Map.groupBy(await readGaps(past, [...lines.keys()], window), ({ hostId }) => hostId)
  const isDark = await darkTimes(past)
  const watched = hosts.filter(({ id }) => lines.has(id)).map((host) => ({ ...host, lastSeen: 0 }))
  const counts = [...lines].map(([hostId, times]) => ({ hostId, times, first: 0, end: 0 }))

  for (let now = Math.ceil(from / interval) * interval; now <= to; now += interval) {
    await pause()
    const matches = new Map<number, Matches>()
    for (const each of counts) {
      const { hostId, times } = each
      while (each.end < times.length && (times[each.end] as number) <= now) each.end++
      while (each.first < each.end && (times[each.first] as number) <= now - window) each.first++
      if (each.end > each.first) matches.set(hostId, { count: each.end - each.first, newest: '' })
    }
    if (matches.size === 0 && replay.standing().size === 0) continue
    for (const host of watched) {
      const silence = silences.get(host.id)?.find((gap) => gap.from <= now && now < gap.to)
      host.lastSeen = silence?.from ?? now
    }
    replay.look(now, isDark(now), (stand) => lookAtLogs(condition, matches, watched, meant, stand, now))
  }
  return { resolution: 'lines', every: interval, remarks: [] }
}

/** When lines that match were written, epoch ms in order, by host id. */
async function readLines(
  { query }: ConditionOf<'log-match'>,
  { db, meant, from, to, pause }: Past,
  window: number
): Promise<Map<number, number[]>> {
  const found = new Map<number, number[]>()
  const terms = parseSearch(query)
  const hosts = await searchedHosts(db, [...meant], terms)
  if (hosts?.length === 0) return found
  const hashes = await blockHashes(db, terms)
  for (let start = from - window; start <= to; start += DAY) {
    await pause()
    const parameters = new Parameters()
    const [first, end] = [start, Math.min(to + 1, start + DAY)].map(
      (time) => `(${millis(parameters.add(Math.floor(time)))})`
    ) as [string, string]
    const { block, text, line } = conditionsOf(
      { terms, hosts, sources: undefined, levels: undefined, hashes },
      parameters
    )
    const within = `l.time >= ${first} and l.time < ${end}`
    for (const [hostId, times] of await readTimes(
      db,
      [blocksWithin(first, end), ...block, ...text, within, ...line],
      parameters
    )) {
      const ofHost = found.get(hostId) ?? []
      found.set(hostId, ofHost)
      for (const time of times.sort()) ofHost.push(Math.floor(time))
    }
  }
  return found
}

async function readTimes(
  db: Reading,
  conditions: readonly string[],
  parameters: Parameters
): Promise<[hostId: number, times: Float64Array][]> {
  const { rows } = await db.query<{ host_id: number; times: Buffer }>(
    `select b.host_id, array_send(array_agg((extract(epoch from l.time) * 1000)::float8)) as times
     from log_blocks b
     cross join lateral unnest(b.times, b.sources, b.levels, b.messages, b.attributes)
       as l (time, source, level, message, attributes)
     where ${conditions.join('\n and ')}
     group by 1`,
    parameters.values
  )
  return rows.map(({ host_id, times }) => [host_id, numbersIn(times)])
}
