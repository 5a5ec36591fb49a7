/** What the database knows of the metrics, labels and hosts that a rule names. */
import type { Pool, PoolClient } from '@miniobserv/db'

type Db = Pool | PoolClient

// One step through the index a name: hosts in their thousands have the same names.
const NAMES = `
  with recursive names as (
    (select name from series order by name limit 1)
    union all
    select (select s.name from series s where s.name > n.name order by s.name limit 1) from names n
    where n.name is not null
  )`

const NEAR = `${NAMES}
  select name from names where name is not null and similarity(name, $1) > 0.3
  order by similarity(name, $1) desc, name limit 3`

export async function metricExists(db: Db, metric: string): Promise<boolean> {
  const { rowCount } = await db.query('select from series where name = $1 limit 1', [metric])
  return rowCount === 1
}

/** Up to three names that are spelled like it, the nearest first. */
export async function nearMetrics(db: Db, metric: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(NEAR, [metric])
  return rows.map(({ name }) => name)
}

/** The labels that any series of the metric has, with up to 1,000 values of each. */
export async function labelsOf(db: Db, metric: string): Promise<Map<string, string[]>> {
  const { rows } = await db.query<{ label: string; values: string[] }>(
    `select l.key as label, (array_agg(distinct l.value))[1:1000] as values
     from series s, jsonb_each_text(s.labels) l where s.name = $1 group by l.key`,
    [metric]
  )
  return new Map(rows.map(({ label, values }) => [label, values]))
}

export async function hostNames(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>('select name from hosts')
  return rows.map(({ name }) => name)
}
