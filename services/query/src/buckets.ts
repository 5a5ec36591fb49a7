/** From frames to the points of a chart: one statement, whatever the number of hosts and series. */
import type { Pool } from '@miniobserv/db'
import type { Aggregate, QueryAnswer } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'
import type { Group } from './groups.ts'

export interface BucketQuery {
  groups: readonly Group[]
  /** Whether each host is a line of its own. */
  keepHost: boolean
  /** Ids; undefined for all. */
  hosts: readonly number[] | undefined
  /** Epoch ms; from is in, to is not. */
  from: number
  to: number
  /** ms */
  step: number
  agg: Aggregate
  /** Points in the answer at most. */
  most: number
}

type Line = QueryAnswer['series'][number]

const VALUE = 'f.values[c.place]'
const AGGREGATE: Record<Aggregate, string> = {
  avg: `avg(${VALUE})`,
  min: `min(${VALUE})`,
  max: `max(${VALUE})`,
  sum: `sum(${VALUE})`,
  count: `count(${VALUE})::float8`,
  last: `(array_agg(${VALUE} order by f.time desc) filter (where ${VALUE} is not null))[1]`
}

// Where in a frame a series stands depends on the frame's layout: columns says so for every layout that has one.
const statement = (agg: Aggregate, keepHost: boolean): string => `
  with columns as (
    select l.id as layout_id, array_position(l.series_ids, w.series_id) as place, w.line
    from unnest($1::int[], $2::int[]) as w (series_id, line)
    join layouts l on l.series_ids @> array[w.series_id]
  ), buckets as (
    select ${keepHost ? 'f.host_id' : 'null::int as host_id'}, c.line,
           time_bucket($5 * interval '1 millisecond', f.time, timestamptz 'epoch') as bucket,
           ${AGGREGATE[agg]} as value
    from frames f
    join columns c using (layout_id)
    where f.time >= timestamptz 'epoch' + $3 * interval '1 millisecond'
      and f.time < timestamptz 'epoch' + $4 * interval '1 millisecond'
      and ($6::int[] is null or f.host_id = any($6))
      and ${VALUE} is not null
    group by 1, 2, 3
  )
  select h.name as host, b.line, (extract(epoch from b.bucket) * 1000)::bigint as time, b.value
  from buckets b
  left join hosts h on h.id = b.host_id
  order by 1, 2, 3
  limit $7`

/** @throws {ServiceError} 400 `too_many_points` */
export async function bucketsOf(db: Pool, query: BucketQuery): Promise<Line[]> {
  const { groups, keepHost, hosts, from, to, step, agg, most } = query
  if (groups.length === 0 || hosts?.length === 0) return []
  const members = groups.flatMap(({ seriesIds }, line) => seriesIds.map((id) => [id, line] as const))
  const { rows } = await db.query<{ host: string | null; line: number; time: number; value: number }>(
    statement(agg, keepHost),
    [members.map(([id]) => id), members.map(([, line]) => line), from, to, step, hosts ?? null, most + 1]
  )
  if (rows.length > most) {
    const detail = `the answer would have more than ${most} points; widen the step or name hosts`
    throw new ServiceError(400, 'too_many_points', detail, { path: 'step' })
  }

  const lines: Line[] = []
  let current: { host: string | null; line: number; points: Line['points'] } | undefined
  for (const { host, line, time, value } of rows) {
    if (!current || current.host !== host || current.line !== line) {
      current = { host, line, points: [] }
      const labels = groups[line]?.labels ?? {}
      lines.push({ ...(host !== null && { host }), labels, points: current.points })
    }
    fillGap(current.points, time, step)
    current.points.push([time, value])
  }
  return lines
}

/** A gap stays a gap: the buckets between the last point and this one are there, without a value. */
function fillGap(points: Line['points'], time: number, step: number): void {
  const last = points.at(-1)
  if (last) for (let missing = last[0] + step; missing < time; missing += step) points.push([missing, null])
}
