/** Rules as the API shows them: with the unit of their numbers, and how many hosts and series are in which state. */
import type { Pool, PoolClient } from '@miniobserv/db'
import type { Rule } from '@miniobserv/protocol'
import { loadRules } from './stored.ts'
import { unitsOf } from './units.ts'

interface StatusRow {
  rule_id: number
  evaluated_at: Date
  ok: number
  pending: number
  firing: number
  unknown: number
  error: string | null
}

const NEVER = { evaluatedAt: null, ok: 0, pending: 0, firing: 0, unknown: 0, error: null }

/** By name. */
export async function listRules(db: Pool | PoolClient): Promise<Rule[]> {
  const rules = await loadRules(db)
  const { rows } = await db.query<StatusRow>(
    'select rule_id, evaluated_at, ok, pending, firing, unknown, error from rule_status'
  )
  const status = new Map(
    rows.map(({ rule_id, evaluated_at, ...counts }) => [
      rule_id,
      { evaluatedAt: evaluated_at.getTime(), ...counts }
    ])
  )
  const unitOf = await unitsOf(
    db,
    rules.map(({ condition }) => condition)
  )
  return rules.map((rule) => ({
    ...rule,
    unit: unitOf(rule.condition),
    status: status.get(rule.id) ?? NEVER
  }))
}
