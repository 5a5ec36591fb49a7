/** The newest values of many hosts in one cheap statement: for lists of hosts, and for rules about what is now. */
import type { Pool } from 'pg'

export interface LatestQuestion {
  seriesIds: readonly number[]
  /** Ids; undefined for all. */
  hosts?: readonly number[] | undefined
  /** Epoch ms: how old a value may be. from is in, to is not. */
  from: number
  to: number
}

export interface LatestValue {
  hostId: number
  host: string
  seriesId: number
  /** Epoch ms. */
  time: number
  value: number
}

/** A host's clock may be so far ahead of when it was heard of, ms. */
const AHEAD = 600_000

// Each host's few newest frames are found by the key; a value that is missing in the newest is taken from the one before.
// A host that was not heard of since is not looked at.
const LATEST = `
  with columns as materialized (
    select l.id as layout_id, array_position(l.series_ids, w.series_id) as place, w.series_id
    from unnest($1::int[]) as w (series_id)
    join layouts l on l.series_ids @> array[w.series_id]
  )
  select h.id as "hostId", h.name as host, v.series_id as "seriesId", v.value,
         (date_part('epoch', v.time) * 1000)::bigint as time
  from hosts h
  cross join lateral (
    select distinct on (c.series_id) c.series_id, f.time, f.values[c.place] as value
    from frames f
    join columns c using (layout_id)
    where f.host_id = h.id and f.time >= $3::timestamptz and f.time < $4::timestamptz
      and f.values[c.place] is not null
    order by c.series_id, f.time desc
  ) v
  where ($2::int[] is null or h.id = any($2)) and h.last_seen >= $5::timestamptz
  order by h.name, v.series_id`

/** The newest value of each host and series between `from` and `to`, by host name and series. */
export async function latestValues(
  db: Pick<Pool, 'query'>,
  { seriesIds, hosts, from, to }: LatestQuestion
): Promise<LatestValue[]> {
  const { rows } = await db.query<LatestValue>(LATEST, [
    ...[seriesIds, hosts ?? null, new Date(from), new Date(to)],
    new Date(from - AHEAD)
  ])
  return rows
}
