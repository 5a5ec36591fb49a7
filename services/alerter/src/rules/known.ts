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
  return anySeries(db, 'true', [metric])
}

/** Up to three names that are spelled like it, the nearest first. */
export async function nearMetrics(db: Db, metric: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(NEAR, [metric])
  return rows.map(({ name }) => name)
}

/** Some labels of the metric's series, each with up to ten values: for showing them, not for saying what is not there. */
export async function someLabels(db: Db, metric: string): Promise<Map<string, string[]>> {
  const { rows } = await db.query<{ label: string; values: string[] }>(
    `select l.key as label, (array_agg(distinct l.value))[1:10] as values
     from (select labels from series where name = $1 limit 5000) s, jsonb_each_text(s.labels) l group by l.key`,
    [metric]
  )
  return new Map(rows.map(({ label, values }) => [label, values]))
}

/** Whether any series of the metric has the label. */
export const hasLabel = (db: Db, metric: string, label: string): Promise<boolean> =>
  anySeries(db, 'labels ? $2', [metric, label])

/** Whether any series of the metric has a value of the label that fits. @param pattern with * and ? */
export const hasValue = (db: Db, metric: string, label: string, pattern: string): Promise<boolean> =>
  anySeries(db, 'labels ->> $2 like $3', [
    ...[metric, label],
    pattern
      .replace(/[\\%_]/g, '\\$&')
      .replaceAll('*', '%')
      .replaceAll('?', '_')
  ])

async function anySeries(db: Db, condition: string, values: string[]): Promise<boolean> {
  const { rowCount } = await db.query(`select from series where name = $1 and ${condition} limit 1`, values)
  return rowCount === 1
}

export async function hostNames(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>('select name from hosts')
  return rows.map(({ name }) => name)
}
