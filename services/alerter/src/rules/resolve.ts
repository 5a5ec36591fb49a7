/** Ends alerts because their rule is no more, or looks at something else now. */
import type { State } from '@miniobserv/protocol'
import { writeEvents } from '../events.ts'
import type { StoredRule } from './stored.ts'
import type { Turn } from './turn.ts'

interface Ended {
  id: number
  host: string | null
  labels: Record<string, string>
  state: Exclude<State, 'ok'>
  since: Date
  value: number | null
  notified_at: Date | null
}

/**
 * Removes states of a rule; those of which people were told that they fire are told as resolved, in one message.
 *
 * @param why for the history and the message: "the rule was deleted"
 * @param keeps hosts whose alerts stay
 */
export async function resolveAlerts(
  { client, now, by, tell }: Turn,
  rule: StoredRule,
  why: string,
  keeps: (host: string) => boolean = () => false
): Promise<void> {
  const { rows } = await client.query<Ended>(
    `select id, host, labels, state, since, value, notified_at from alert_states
     where rule_id = $1 order by host, labels_key for update`,
    [rule.id]
  )
  const ended = rows.filter(({ host }) => host === null || !keeps(host))
  if (ended.length === 0) return
  await client.query('delete from alert_states where id = any($1)', [ended.map(({ id }) => id)])
  await writeEvents(
    client,
    ended.map(({ host, labels, state, value }) => ({
      ...{ at: now, ruleId: rule.id, rule: rule.name, severity: rule.severity, host, labels, value },
      ...{ from: state, to: 'ok' as const, summary: why, by }
    }))
  )
  const told = ended.filter(({ notified_at }) => notified_at !== null)
  if (told.length === 0) return
  const { id, name, severity, note, labels } = rule
  const alerts = told.map(({ host, labels, value, since }) => ({
    ...{ host, labels, value, summary: why, since: since.getTime() }
  }))
  await tell([{ kind: 'resolved', at: now, rule: { id, name, severity, note, labels }, alerts }])
}
