/** In which unit the numbers of rules are: what their metrics are sent in. */
import type { Pool, PoolClient } from '@miniobserv/db'
import type { Condition } from '@miniobserv/protocol'

// One step through the index a metric, however many series it has.
const UNITS = `
  select m.name, s.unit from unnest($1::text[]) m(name)
  cross join lateral (select unit from series where name = m.name limit 1) s`

/** @returns the unit of a condition's numbers; empty where none is known */
export async function unitsOf(
  db: Pool | PoolClient,
  conditions: readonly Condition[]
): Promise<(condition: Condition) => string> {
  const metrics = [...new Set(conditions.flatMap((condition) => metricOf(condition) ?? []))]
  if (metrics.length === 0) return () => ''
  const { rows } = await db.query<{ name: string; unit: string }>(UNITS, [metrics])
  const units = new Map(rows.map(({ name, unit }) => [name, unit]))
  return (condition) => units.get(metricOf(condition) ?? '') ?? ''
}

/** The metric whose unit the numbers have; that of how many samples there were is none. */
function metricOf(condition: Condition): string | undefined {
  if (condition.kind === 'forecast') return condition.metric
  return condition.kind === 'threshold' && condition.agg !== 'count' ? condition.metric : undefined
}
