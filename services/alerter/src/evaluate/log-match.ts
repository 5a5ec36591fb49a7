/** Rules that count log lines: one statement a rule, and the same search as the page's. */
import type { PoolClient } from '@miniobserv/db'
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
import type { KnownHost } from './hosts.ts'
import { type Finding, type Standings, WHOLE } from './standings.ts'

/** The lines of a host that match. */
export interface Matches {
  count: number
  /** The newest one's message, its beginning. */
  newest: string
}

/** Of the newest line, a message shows so many characters. */
const SHOWN = 200

/**
 * @param hostIds those that are meant, undefined for all
 * @param now epoch ms; the window ends then, this included
 * @returns by host id; hosts without such lines are not there
 */
export async function findMatches(
  client: PoolClient,
  { query, window }: ConditionOf<'log-match'>,
  hostIds: number[] | undefined,
  now: number
): Promise<ReadonlyMap<number, Matches>> {
  const terms = parseSearch(query)
  const hosts = await searchedHosts(client, hostIds, terms)
  if (hosts?.length === 0) return new Map()
  const hashes = await blockHashes(client, terms)
  const parameters = new Parameters()
  const [start, end] = [now - durationMs(window), now].map(
    (time) => `(${millis(parameters.add(Math.floor(time) + 1))})`
  ) as [string, string]
  const wanted = { terms, hosts, sources: undefined, levels: undefined, hashes }
  const { block, text, line } = conditionsOf(wanted, parameters)
  const within = `l.time >= ${start} and l.time < ${end}`
  // The greatest pair of time and message is the newest line, found without sorting or keeping the others.
  const sql = `
    select b.host_id, count(*)::int as count,
           (max(array[lpad((extract(epoch from l.time) * 1000)::bigint::text, 15, '0'),
                      left(coalesce(nullif(l.message, ''), l.attributes), ${SHOWN})]))[2] as newest
    from log_blocks b
    cross join lateral unnest(b.times, b.sources, b.levels, b.messages, b.attributes)
      as l (time, source, level, message, attributes)
    where ${[blocksWithin(start, end), ...block, ...text, within, ...line].join('\n and ')}
    group by 1`
  const { rows } = await client.query<Matches & { host_id: number }>(sql, parameters.values)
  return new Map(rows.map(({ host_id, ...matches }) => [host_id, matches]))
}

export function lookAtLogs(
  condition: ConditionOf<'log-match'>,
  matches: ReadonlyMap<number, Matches>,
  hosts: readonly KnownHost[],
  meant: ReadonlySet<number>,
  standings: Standings,
  now: number
): void {
  const window = durationMs(condition.window)
  for (const { id, name, lastSeen } of hosts) {
    if (!meant.has(id)) continue
    const finding = logFinding(condition, matches.get(id), lastSeen > now - window)
    if (finding.seen && !finding.bad && !standings.has(id)) standings.wellAgain()
    else standings.take({ hostId: id, host: name, key: WHOLE, labels: {} }, finding)
  }
}

/** @param sends whether anything came from the host within the window: else that there are no lines means nothing */
export function logFinding(
  { query, window, count }: ConditionOf<'log-match'>,
  matches: Matches | undefined,
  sends: boolean
): Finding {
  const lines = matches?.count ?? 0
  const bad = lines >= count
  return {
    // Lines that are still to come can only make it worse.
    ...{ seen: bad || sends, bad, recovered: !bad, silence: !bad, value: lines },
    describe: () => {
      if (!bad && !sends) return `the host sends nothing`
      const found = `${lines === 1 ? '1 line matches' : `${lines} lines match`} ${query} in ${window}`
      return bad ? `${found}; the newest: ${matches?.newest ?? ''}` : found
    }
  }
}
