/** From frames, minutes and hours to the points of a chart: one statement, whatever the number of hosts and series. */
import type { Across, Aggregate } from '@miniobserv/protocol'
import type { Group } from './groups.ts'
import { type Plan, type Section, TIERS } from './tiers.ts'

export interface BucketQuery extends Plan {
  groups: readonly Group[]
  /** Whether each host is a line of its own. */
  keepHost: boolean
  /** Ids; undefined for all. */
  hosts: readonly number[] | undefined
  agg: Aggregate
  /** How the series of a line are put together; undefined pools their samples. */
  across: Across | undefined
  /** Only so many lines: those with the greatest mean, or the least. */
  only: { lines: number; order: 'desc' | 'asc' } | undefined
  /** Whether all buckets of all lines fit into memory while they are made. */
  few: boolean
  /** Whether there are so many layouts that it pays to look first which ones these hosts use. */
  manyLayouts: boolean
}

/** A line of the answer as the statement gives it: numbers separated by commas, places counted in steps from the epoch. */
export type LineRow = [host: string | null, line: number, places: string, values: string]

/** What arrives late may be stamped ahead of the time it came. */
const HOST_SEEN_BEFORE = 3_600_000

/** Of a partition of hours this is a third, ms. */
const MANY_HOURS = 10 * 86_400_000

/** What a row of each table brings to a bucket: v, and for a mean its weight n. */
const FROM_RAW = { v: 'f.values[c.place]', n: '1' }
const FROM_ROLLUPS: Partial<Record<Aggregate, { v: string; n?: string }>> = {
  avg: { v: 'f.avgs[c.place]::float8 * f.counts[c.place]', n: 'f.counts[c.place]::float8' },
  sum: { v: 'f.avgs[c.place]::float8 * f.counts[c.place]' },
  count: { v: 'f.counts[c.place]::float8' },
  min: { v: 'f.mins[c.place]::float8' },
  max: { v: 'f.maxs[c.place]::float8' }
}

const percentile = (share: number): string => `percentile_cont(${share}) within group (order by v)`

/** How the rows of a bucket become its value. */
const VALUE: Record<Aggregate, string> = {
  avg: 'sum(v) / sum(n)',
  min: 'min(v)',
  max: 'max(v)',
  sum: 'sum(v)',
  count: 'sum(v)',
  last: '(array_agg(v order by time desc))[1]',
  p50: percentile(0.5),
  p90: percentile(0.9),
  p95: percentile(0.95),
  p99: percentile(0.99)
}

/** @returns a statement whose rows are LineRows, by host and line (or by mean), and its parameters */
export function bucketStatement(query: BucketQuery): { sql: string; parameters: unknown[] } {
  const { groups, keepHost, hosts, sections, step, from, agg, across, only, resolution } = query
  const members = groups.flatMap(({ seriesIds }, line) => seriesIds.map((id) => [id, line] as const))
  const parameters: unknown[] = [
    members.map(([id]) => id),
    members.map(([, line]) => line),
    step,
    hosts ?? new Date(from - HOST_SEEN_BEFORE)
  ]
  // As constants of their type, the bounds leave all other partitions out before the statement is planned.
  const bounds = sections.map((section) => {
    parameters.push(new Date(section.from), new Date(section.to))
    return `f.time >= $${parameters.length - 1}::timestamptz and f.time < $${parameters.length}::timestamptz`
  })

  // Of many days of hours of all hosts most rows of a table are wanted: reading it in its own order takes a third less
  // than host by host. Of anything else few are.
  const whole = sections.map(
    ({ resolution, from, to }) =>
      hosts === undefined && resolution === '1h' && to - from >= MANY_HOURS && query.few
  )
  const part = (i: number): string => rowsOf(sections[i] as Section, bounds[i] as string, agg)
  const chosen = `(select id, name from hosts where ${hosts ? 'id = any($4::int[])' : 'last_seen >= $4'} order by name) h`
  const byHost = sections
    .flatMap((_, i) => (whole[i] ? [] : [`${part(i)} and f.host_id = h.id`]))
    .join(' union all ')
  const all = [
    ...sections.flatMap((_, i) =>
      whole[i] ? [`${part(i)} and f.host_id in (select h.id from ${chosen})`] : []
    ),
    ...(byHost ? [`select p.* from ${chosen} cross join lateral (${byHost}) p`] : [])
  ].join(' union all ')

  const buckets = (rows: string, own: string): string =>
    across === undefined
      ? `select ${own} line, bucket, ${VALUE[agg]} as value from (${rows}) parts group by ${own} line, bucket`
      : `select ${own} line, bucket, ${across}(value) as value
         from (select host_id, line, bucket, ${VALUE[agg]} as value from (${rows}) parts
               group by host_id, series_id, line, bucket) each
         group by ${own} line, bucket`

  // What rollups hold has seven digits; more would only be noise. A count has no noise.
  const text = resolution === 'raw' || agg === 'count' ? 'value::text' : 'narrow(value)::text'
  const lines = (points: string, own: string): string => `
    select ${own} line, string_agg((date_part('epoch', bucket) * 1000 / $3)::bigint::text, ',' order by bucket) as places,
           string_agg(${text}, ',' order by bucket) as values, avg(value) as mean
    from (${points}) points
    where ${agg === 'count' ? 'value > 0' : 'value is not null'}
    group by ${own} line order by ${own} line`

  const found = !keepHost
    ? `select null::text as host, l.* from (${lines(buckets(all, ''), '')}) l`
    : whole.includes(true)
      ? `select h.name as host, l.* from (${lines(buckets(all, 'host_id,'), 'host_id,')}) l
         join hosts h on h.id = l.host_id order by h.name, l.line`
      : // Host by host in their order: the first lines are there before the last hosts were looked at.
        `select h.name as host, l.* from ${chosen} cross join lateral (${lines(buckets(byHost, ''), '')}) l`
  return {
    sql: `
      with columns as materialized (${columns(query, bounds)})
      select host, line, places, values from (${found}) found
      ${only ? `order by mean ${only.order}, host, line limit ${only.lines}` : ''}`,
    parameters
  }
}

// Where in a frame a series stands depends on the frame's layout: columns says so for every layout that has one.
function columns({ hosts, sections, manyLayouts }: BucketQuery, bounds: readonly string[]): string {
  const used = sections.map(
    ({ resolution }, i) =>
      `select f.layout_id from ${TIERS[resolution].table} f where f.host_id = any($4::int[]) and ${bounds[i]}`
  )
  return `
    select l.id as layout_id, array_position(l.series_ids, w.series_id) as place, w.series_id, w.line
    from unnest($1::int[], $2::int[]) as w (series_id, line)
    join layouts l on l.series_ids @> array[w.series_id]
    ${manyLayouts && hosts ? `where l.id in (${used.join(' union ')})` : ''}`
}

function rowsOf({ resolution }: Section, bounds: string, agg: Aggregate): string {
  const raw = resolution === 'raw'
  const { v, n = '1' } = (raw ? undefined : FROM_ROLLUPS[agg]) ?? FROM_RAW
  return `
    select f.host_id, c.line, c.series_id, f.time,
           time_bucket($3 * interval '1 millisecond', f.time, timestamptz 'epoch') as bucket,
           ${raw && agg === 'count' ? '1::float8' : v} as v, ${n}::float8 as n
    from ${TIERS[resolution].table} f
    join columns c using (layout_id)
    where ${bounds} ${raw ? `and ${FROM_RAW.v} is not null` : ''}`
}

/** Lines at most that one layout has: of a host's series most are other hosts' label sets. */
export const WIDEST = `
  select coalesce(max(lines), 0)::int as widest from (
    select count(distinct w.line) as lines
    from unnest($1::int[], $2::int[]) as w (series_id, line)
    join layouts l on l.series_ids @> array[w.series_id]
    group by l.id
  ) of_layouts`
