/** The rules as the database has them. */
import type { Pool, PoolClient } from '@miniobserv/db'
import type { RULE_SOURCES, RuleText } from '@miniobserv/protocol'

export type StoredRule = RuleText & {
  id: number
  source: (typeof RULE_SOURCES)[number]
  /** Epoch ms. */
  changedAt: number
  changedBy: string
}

/** All of them, by name. */
export async function loadRules(db: Pool | PoolClient): Promise<StoredRule[]> {
  const { rows } = await db.query<{
    id: number
    name: string
    spec: Omit<RuleText, 'name'>
    source: StoredRule['source']
    changed_at: Date
    changed_by: string
  }>('select id, name, spec, source, changed_at, changed_by from rules order by name')
  return rows.map(({ id, name, spec, source, changed_at, changed_by }) => ({
    ...spec,
    ...{ id, name, source, changedAt: changed_at.getTime(), changedBy: changed_by }
  }))
}
