/** When each host was last heard of, and what it says of itself. */
import type { Pool } from '@miniobserv/db'
import { storableJson } from './literal.ts'

/** By host id: when the gateway last took something of it, epoch ms, and its facts where it sent them. */
export type Seen = Map<number, { at: number; info: Record<string, unknown> | undefined }>

// The rows are locked in the order of their ids, so that two writers never wait for each other. A second more or
// less is nobody's question, and spares a host that sends logs every second most of its updates.
const MARK = `
  with seen as (
    select h.id, v.at, v.info
    from unnest($1::int[], $2::timestamptz[], $3::jsonb[]) as v (id, at, info)
    join hosts h on h.id = v.id
    where h.last_seen < v.at - interval '1 second' or v.info is distinct from h.info and v.info is not null
    order by h.id
    for no key update of h
  )
  update hosts h
  set last_seen = greatest(h.last_seen, seen.at), info = coalesce(seen.info, h.info)
  from seen where h.id = seen.id`

export async function markSeen(db: Pool, seen: Seen): Promise<void> {
  if (seen.size === 0) return
  const marks = [...seen.values()]
  await db.query(MARK, [
    [...seen.keys()],
    marks.map(({ at }) => new Date(at).toISOString()),
    marks.map(({ info }) => (info ? storableJson(info) : null))
  ])
}
