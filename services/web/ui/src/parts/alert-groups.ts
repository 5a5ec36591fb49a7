/** Alerts as they are told: the worst first, and together by rule. */
import type { Alert, Severity } from '@miniobserv/protocol'

export interface AlertGroup {
  ruleId: number
  rule: string
  severity: Severity
  /** The newest first. */
  alerts: Alert[]
}

const RANK: Record<Severity, number> = { critical: 0, warning: 1, info: 2 }

/** Those of one severity by time, the newest first. */
export const worstFirst = (alerts: readonly Alert[]): Alert[] =>
  alerts.toSorted((a, b) => RANK[a.severity] - RANK[b.severity] || b.since - a.since)

export function groupAlerts(alerts: readonly Alert[]): AlertGroup[] {
  const groups = new Map<number, AlertGroup>()
  for (const alert of alerts) {
    const { ruleId, rule, severity } = alert
    const group = groups.get(ruleId) ?? { ruleId, rule, severity, alerts: [] }
    groups.set(ruleId, group)
    group.alerts.push(alert)
  }
  const newest = ({ alerts }: AlertGroup) => Math.max(...alerts.map(({ since }) => since))
  return [...groups.values()].sort((a, b) => RANK[a.severity] - RANK[b.severity] || newest(b) - newest(a))
}

/** Rules are looked at twice a minute: what was seen longer ago says nothing of now, ms. */
const FRESH = 5 * 60_000

/** Whether nothing that fires means that all is well. @param evaluatedAt @param now epoch ms */
export const isKnown = (evaluatedAt: number | null, now: number): boolean =>
  evaluatedAt !== null && now - evaluatedAt < FRESH
