/** Gives one host a past of thirty days by the hour, after what it sent last: enough for the charts of a month. */
import { ensurePartitions, type Pool } from '@miniobserv/db'

const HOUR = 3_600_000
const HOURS = 30 * 24

export async function fillMonth(db: Pool, host: string): Promise<void> {
  const end = Math.floor(Date.now() / HOUR) * HOUR
  const times = Array.from({ length: HOURS }, (_, i) => end - (i + 1) * HOUR)
  await ensurePartitions(db, ['frames_1h'], times)
  await db.query(
    `with newest as (
       select host_id, layout_id, values from frames
       where host_id = (select id from hosts where name = $1) order by time desc limit 1
     )
     insert into frames_1h (time, host_id, layout_id, avgs, mins, maxs, counts)
     select t, host_id, layout_id, part, part, part, array_fill(360::float4, array[cardinality(values)])
     from newest
     cross join generate_series($2::timestamptz, $3::timestamptz, interval '1 hour') t
     cross join lateral (
       select array_agg((value * (0.7 + 0.6 * random()))::float4 order by place) as part
       from unnest(values) with ordinality as v (value, place)
       where t is not null
     ) each
     on conflict do nothing`,
    [host, new Date(end - HOURS * HOUR), new Date(end - HOUR)]
  )
}
