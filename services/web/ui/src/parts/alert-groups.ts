/** Alerts as they are told: together by rule, the worst rule first. */
import type { Alert, Severity } from '@miniobserv/protocol'

export interface AlertGroup {
  ruleId: number
  rule: string
  severity: Severity
  /** The newest first. */
  alerts: Alert[]
}

const RANK: Record<Severity, number> = { critical: 0, warning: 1, info: 2 }

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
