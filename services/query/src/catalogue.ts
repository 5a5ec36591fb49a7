/** What there is to ask for: names of metrics, their series and labels. Quick at a million series. */
import { type Reading, readReach } from '@miniobserv/db'
import type { Labels, MetricsAnswer } from '@miniobserv/protocol'
import { type LabelFilter, labelConditions } from './groups.ts'
import { planTiers, TIERS } from './tiers.ts'

const DAY = 86_400_000

/** What is stamped a little ahead of our clock counts too. */
const AHEAD = 600_000

export interface CatalogueEntry {
  id: number
  name: string
  labels: Labels
  unit: string
}

// From one name to the next by the index, without visiting the series between them.
const NAMES = `
  with recursive names (name) as (
    select min(name) from series where name > $1
    union all
    select (select min(s.name) from series s where s.name > n.name) from names n where n.name is not null
  ), wanted as (
    select name from names where name is not null and ($2 = '' or name ilike '%' || $2 || '%') limit $3
  )`

/** @param after the last name of the page before  @param q a part of the name, `''` for any */
export async function listNames(db: Reading, after: string, q: string, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(`${NAMES} select name from wanted`, [
    after,
    asPattern(q),
    limit
  ])
  return rows.map(({ name }) => name)
}

/** Names with the unit of their first series, the labels of their first hundred, and how many series they have. */
export async function listMetrics(
  db: Reading,
  after: string,
  q: string,
  limit: number
): Promise<MetricsAnswer['metrics']> {
  const { rows } = await db.query<MetricsAnswer['metrics'][number]>(
    `${NAMES}
     select w.name, (select unit from series s where s.name = w.name order by id limit 1) as unit,
            (select count(*) from series s where s.name = w.name)::int as series,
            array(select distinct jsonb_object_keys(labels)
                  from (select labels from series s where s.name = w.name limit 100) sample order by 1) as labels
     from wanted w`,
    [after, asPattern(q), limit]
  )
  return rows
}

/** The labels of a metric, by name, each with its first values in order. */
export async function listLabels(
  db: Reading,
  metric: string,
  labels: LabelFilter,
  most: number
): Promise<{ name: string; values: string[]; count: number }[]> {
  const { sql, values } = labelConditions(labels, 3)
  const { rows } = await db.query<{ name: string; values: string[]; count: number }>(
    `select key as name, (array_agg(value order by value))[1:$2] as values, count(*)::int as count
     from (select key, value from series cross join lateral jsonb_each_text(labels)
           where name = $1 ${sql} group by 1, 2) pairs
     group by 1 order by 1`,
    [metric, most, ...values]
  )
  return rows
}

export interface SeriesPage {
  /** Names; undefined for all. */
  metrics: readonly string[] | undefined
  labels: LabelFilter
  /** Ids of hosts that have sent them in their last day; undefined for all. */
  hosts: readonly number[] | undefined
  /** Where the page before ended. */
  after: readonly [name: string, id: number]
  limit: number
}

/** Series by name, then by id. */
export async function listSeries(db: Reading, page: SeriesPage): Promise<CatalogueEntry[]> {
  const { metrics, hosts, after, limit } = page
  const { sql, values } = labelConditions(page.labels, 6)
  const ids = hosts && (await seriesOf(db, hosts))
  const { rows } = await db.query<CatalogueEntry>(
    `select id, name, labels, unit from series
     where (name, id) > ($1, $2) and ($3::text[] is null or name = any($3))
       and ($4::int[] is null or id = any($4)) ${sql}
     order by name, id limit $5`,
    [...after, metrics ?? null, ids ?? null, limit, ...values]
  )
  return rows
}

/** Ids of the series of the layouts that hosts used in their last day: of its hours, and what is newer from finer rows. */
async function seriesOf(db: Reading, hosts: readonly number[]): Promise<number[]> {
  const { rows } = await db.query<{ seen: number | null }>(
    'select extract(epoch from max(last_seen))::float8 * 1000 as seen from hosts where id = any($1)',
    [hosts]
  )
  const seen = rows[0]?.seen
  if (typeof seen !== 'number') return []
  const reach = await readReach(db)
  const { sections } = planTiers(reach, seen - DAY, seen + AHEAD, TIERS['1h'].width, 'count')
  const used = sections.map(
    ({ resolution }, i) =>
      `select layout_id from ${TIERS[resolution].table}
       where host_id = any($1) and time >= $${2 * i + 2}::timestamptz and time < $${2 * i + 3}::timestamptz`
  )
  const found = await db.query<{ id: number }>(
    `select distinct unnest(series_ids) as id from layouts where id in (${used.join(' union ')})`,
    [hosts, ...sections.flatMap(({ from, to }) => [new Date(from), new Date(to)])]
  )
  return found.rows.map(({ id }) => id)
}

const asPattern = (part: string): string => part.replace(/[\\%_]/g, '\\$&')
