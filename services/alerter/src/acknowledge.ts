/** Someone has seen an alert, or takes that back: it is not told again while it lasts. */
import type { Severity } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'
import { writeEvents } from './events.ts'
import type { Turn } from './rules/turn.ts'

const SET = `
  update alert_states s set ack_at = $2, ack_by = $3, ack_note = $4
  from rules r where r.id = s.rule_id and s.id = $1
  returning s.rule_id, r.name, r.spec ->> 'severity' as severity, s.host, s.labels, s.value`

/**
 * @param id of the alert
 * @param note undefined takes the acknowledgement back
 * @throws {ServiceError} 404 `alert_unknown`
 */
export async function acknowledge({ client, by, now }: Turn, id: string, note?: string): Promise<void> {
  const values = note === undefined ? [null, null, null] : [new Date(now), by, note]
  const { rows } = await client.query<{
    rule_id: number
    name: string
    severity: Severity
    host: string | null
    labels: Record<string, string>
    value: number | null
  }>(SET, [id, ...values])
  const [alert] = rows
  if (!alert) throw new ServiceError(404, 'alert_unknown', 'there is no such alert; perhaps it is over')
  const what = note === undefined ? 'acknowledgement taken back' : `acknowledged${note && `: ${note}`}`
  const { rule_id, name, severity, host, labels, value } = alert
  await writeEvents(client, [
    {
      ...{ at: now, ruleId: rule_id, rule: name, severity, host, labels, value },
      ...{ from: null, to: null, summary: what, by }
    }
  ])
}
