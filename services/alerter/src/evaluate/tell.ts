/** What people are to be told of a look: one message a rule and kind, whatever the number of hosts. */
import { durationMs } from '../duration.ts'
import type { Message, MessageAlert } from '../notify/message.ts'
import type { StoredRule } from '../rules/stored.ts'
import type { SilenceSubject } from '../silences.ts'
import type { AlertRow, Outcome } from './standings.ts'

/**
 * Notes in the rows what is told, and gives the messages.
 *
 * A firing alert is told once, as soon as no silence covers it and nobody has taken it on; that it is over is told to
 * whoever was told that it fires, silence or not. What has become unknown is not over.
 *
 * @param silenced whether a silence covers it now
 * @param now epoch ms
 */
export function tell(
  { rule, rows, transitions }: Outcome,
  silenced: (subject: SilenceSubject) => boolean,
  now: number
): Message[] {
  const messages: Message[] = []
  const add = (kind: Message['kind'], alerts: readonly AlertRow[]) => {
    if (alerts.length > 0) messages.push({ kind, at: now, rule: about(rule), alerts: alerts.map(listing) })
  }
  const mayTell = (row: AlertRow) =>
    row.ackAt === null &&
    !silenced({ rule: rule.name, host: row.host, labels: { ...rule.labels, ...row.labels } })

  const over = transitions.filter(({ to, row }) => to === 'ok' && row.notifiedAt !== null)
  add(
    'resolved',
    over.map(({ row }) => row)
  )

  const firing = rows.flatMap(({ row }) => (row.state === 'firing' ? [row] : []))
  const fresh = firing.filter((row) => row.notifiedAt === null && mayTell(row))
  for (const row of fresh) row.notifiedAt = now
  add('firing', fresh)

  if (rule.remind === null) return messages
  const remind = durationMs(rule.remind)
  const isDue = ({ notifiedAt, remindedAt }: AlertRow) =>
    notifiedAt !== null && now - (remindedAt ?? notifiedAt) >= remind
  // Most looks remind of nothing: who is silenced is asked only when somebody is due.
  if (!firing.some(isDue)) return messages
  const told = firing.filter((row) => row.notifiedAt !== null && row.notifiedAt < now && mayTell(row))
  if (told.some(isDue)) {
    // One reminder lists all, so that twenty hosts do not remind one by one.
    for (const row of told) row.remindedAt = now
    add('reminder', told)
  }
  return messages
}

const listing = ({ host, labels, value, summary, since }: AlertRow): MessageAlert => ({
  ...{ host, labels, value, summary, since }
})

const about = ({ id, name, severity, note, labels }: StoredRule): Message['rule'] => ({
  ...{ id, name, severity, note, labels }
})
