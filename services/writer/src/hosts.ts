/** When each host was last heard of, and what it says of itself. */
import { type Pool, storableJson } from '@miniobserv/db'

export interface Sighting {
  /** When the gateway took it, epoch ms. */
  at: number
  /** Its facts, where it sent them. */
  info?: Record<string, unknown> | undefined
  /** What people say of it, where it sent that. */
  labels?: Record<string, string> | undefined
  /** What its agent adds to its own clock, ms, where it said so. */
  clockOffset?: number | undefined
  /** Whether two agents send under its name. */
  twins?: boolean
}

/** By host id: the latest of each. */
export type Seen = Map<number, Sighting>

export function noteSeen(
  seen: Seen,
  hostId: number,
  { at, info, labels, clockOffset, twins = false }: Sighting
): void {
  const before = seen.get(hostId)
  seen.set(hostId, {
    at: Math.max(at, before?.at ?? 0),
    info: info ?? before?.info,
    labels: labels ?? before?.labels,
    clockOffset: clockOffset ?? before?.clockOffset,
    twins: twins || before?.twins === true
  })
}

// The rows are locked in the order of their ids, so that two writers never wait for each other. A second more or
// less is nobody's question, and spares a host that sends logs every second most of its updates.
const MARK = `
  with seen as (
    select h.id, v.*
    from unnest($1::int[], $2::timestamptz[], $3::jsonb[], $4::float8[], $5::bool[], $6::jsonb[])
      as v (host_id, at, info, clock_offset_ms, twins, labels)
    join hosts h on h.id = v.host_id
    where h.last_seen < v.at - interval '1 second'
      or coalesce(v.info, h.info) is distinct from h.info
      or coalesce(v.labels, h.labels) is distinct from h.labels
      or coalesce(v.clock_offset_ms, h.clock_offset_ms) is distinct from h.clock_offset_ms
      or (v.twins and coalesce(h.twins_seen < v.at - interval '1 second', true))
    order by h.id
    for no key update of h
  )
  update hosts h
  set last_seen = greatest(h.last_seen, seen.at),
      info = coalesce(seen.info, h.info),
      labels = coalesce(seen.labels, h.labels),
      clock_offset_ms = coalesce(seen.clock_offset_ms, h.clock_offset_ms),
      twins_seen = case when seen.twins then seen.at else h.twins_seen end
  from seen where h.id = seen.id`

export async function markSeen(db: Pool, seen: Seen): Promise<void> {
  if (seen.size === 0) return
  const marks = [...seen.values()]
  await db.query(MARK, [
    [...seen.keys()],
    marks.map(({ at }) => new Date(at).toISOString()),
    marks.map(({ info }) => (info ? storableJson(info) : null)),
    marks.map(({ clockOffset }) => clockOffset ?? null),
    marks.map(({ twins }) => twins === true),
    marks.map(({ labels }) => (labels ? storableJson(labels) : null))
  ])
}

/**
 * Takes hosts that have sent nothing since `silentSince` off the list, until they send again.
 *
 * @param silentSince epoch ms, as `now`
 * @returns their names
 */
export async function removeSilent(db: Pool, silentSince: number, now: number): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `with silent as (select id from hosts where present and last_seen < $1 order by id for no key update)
     update hosts h set removed_at = $2 from silent where h.id = silent.id returning h.name`,
    [new Date(silentSince), new Date(now)]
  )
  return rows.map(({ name }) => name)
}
