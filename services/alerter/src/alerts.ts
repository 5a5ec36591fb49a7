/** What is not ok now, as the API shows it. */
import type { Pool } from '@miniobserv/db'
import type { Alert, AlertsAnswer } from '@miniobserv/protocol'
import { loadSilences, silencesAt } from './silences.ts'

const ALERTS = `
  select s.id, s.rule_id, r.name as rule, r.spec ->> 'severity' as severity, r.spec -> 'labels' as rule_labels,
         s.state, s.host, s.labels, s.value, s.summary, s.since, s.ack_at, s.ack_by, s.ack_note
  from alert_states s join rules r on r.id = s.rule_id
  order by s.since desc, s.id desc`

interface AlertRow
  extends Pick<Alert, 'rule' | 'severity' | 'state' | 'host' | 'labels' | 'value' | 'summary'> {
  id: number
  rule_id: number
  rule_labels: Record<string, string> | null
  since: Date
  ack_at: Date | null
  ack_by: string | null
  ack_note: string | null
}

/** The newest first. @param now epoch ms */
export async function listAlerts(db: Pool, now: number): Promise<AlertsAnswer> {
  const { rows: states } = await db.query<{
    evaluated_at: Date | null
    blind_since: Date | null
    blind_reason: string | null
  }>('select evaluated_at, blind_since, blind_reason from alerter_state')
  const { evaluated_at, blind_since, blind_reason } = states[0] ?? {}
  const silenced = silencesAt(await loadSilences(db, now), now)
  const { rows } = await db.query<AlertRow>(ALERTS)
  return {
    blind: blind_since ? { since: blind_since.getTime(), reason: blind_reason ?? '' } : null,
    evaluatedAt: evaluated_at?.getTime() ?? null,
    alerts: rows.map(({ id, rule_id, rule_labels, since, ack_at, ack_by, ack_note, ...alert }) => ({
      ...{ ...alert, id: String(id), ruleId: rule_id, since: since.getTime() },
      acknowledged: ack_at && { at: ack_at.getTime(), by: ack_by ?? '', note: ack_note ?? '' },
      silenced: silenced({
        rule: alert.rule,
        host: alert.host,
        labels: { ...rule_labels, ...alert.labels }
      })
    }))
  }
}
