/** When hosts sent nothing: read from their frames day by day, a row for each silence and not for each frame. */
import type { Reading } from '@miniobserv/db'
import type { Past } from './past.ts'
import { HOUR, TABLES, type Tier } from './sections.ts'

/** From the last that was heard of a host to the next; Infinity where there was none. Epoch ms. */
export interface Gap {
  hostId: number
  from: number
  to: number
}

/** Silences before the time that is looked at are seen from so long before it on, ms. */
const LEAD = HOUR

/** What one statement looks at, ms: as a partition has it, rows come in the order of the key and need no sorting. */
const STEP = 24 * HOUR

// The first and the last row of each host come too: they join what is read before and after.
const GAPS = (tier: Tier): string => `
  select host_id, date_part('epoch', time) * 1000, date_part('epoch', next) * 1000, before is null
  from (
    select host_id, time, lag(time) over host as before, lead(time) over host as next
    from ${TABLES[tier].table}
    where host_id = any($1::int[]) and time >= $2::timestamptz and time < $3::timestamptz
    window host as (partition by host_id order by time)
  ) f
  where before is null or next is null or next - time >= $4::bigint * interval '1 millisecond'
  order by host_id, time`

type Row = [hostId: number, time: number, next: number | null, isFirst: boolean]

/**
 * In the order in which they began. Who had not been heard of before has no silence.
 *
 * @param least silences of so long or longer, ms
 */
export async function readGaps(past: Past, hostIds: readonly number[], least: number): Promise<Gap[]> {
  const { db, hosts, from, pause } = past
  const gaps: Gap[] = []
  const heard = new Map(
    hosts.flatMap(({ id, firstSeen }) => (firstSeen < from - LEAD ? [[id, from - LEAD] as const] : []))
  )
  function note(hostId: number, start: number, end: number): void {
    if (end - start >= least && end > from) gaps.push({ hostId, from: start, to: end })
  }
  for (const [tier, start, end] of stretches(past)) {
    const { width } = TABLES[tier]
    for (let at = start; at < end; ) {
      await pause()
      const until = Math.min(end, Math.floor(at / STEP) * STEP + STEP)
      for (const [hostId, time, next, isFirst] of await readRows(
        db,
        tier,
        hostIds,
        at,
        until,
        least + width
      )) {
        if (isFirst) note(hostId, heard.get(hostId) ?? time, time)
        // Of a minute with samples, nobody knows any more where in it they were.
        if (next !== null) note(hostId, time + width, next)
        heard.set(hostId, (next ?? time) + width)
      }
      at = until
    }
  }
  for (const hostId of hostIds) note(hostId, heard.get(hostId) ?? Infinity, Infinity)
  return gaps.sort((a, b) => a.from - b.from)
}

/** Which rows tell of which part: the finest that are kept. */
function stretches({ reach, from, to }: Past): [Tier, start: number, end: number][] {
  const start = from - LEAD
  const minutes = Math.max(start, Math.min(reach.minutesSince, to))
  const raw = Math.max(minutes, Math.min(reach.rawSince, to))
  return [
    ['1h', start, minutes],
    ['1m', minutes, raw],
    ['raw', raw, to + 1]
  ]
}

async function readRows(
  db: Reading,
  tier: Tier,
  hostIds: readonly number[],
  from: number,
  to: number,
  least: number
): Promise<Row[]> {
  const { rows } = await db.query({
    text: GAPS(tier),
    values: [hostIds, new Date(from), new Date(to), least],
    rowMode: 'array'
  } as never)
  return (rows as unknown as Row[]).map(([hostId, time, next, isFirst]) => [
    hostId,
    Math.round(time),
    next === null ? null : Math.round(next),
    isFirst
  ])
}
