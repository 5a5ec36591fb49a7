/** The log of messages. */
import Type, { type Static } from 'typebox'
import { Next } from '../page.ts'
import { MaybeTime, Time } from '../time.ts'
import { Severity } from './severity.ts'
import { NOTIFICATION_KINDS } from './webhook.ts'

export const NOTIFICATION_STATES = ['waiting', 'sent', 'failed'] as const

/** One message to one channel, as the log of messages shows it. */
export const Notification = Type.Object({
  id: Type.String(),
  at: Time,
  kind: Type.Enum([...NOTIFICATION_KINDS]),
  rule: Type.String(),
  severity: Severity,
  channel: Type.String(),
  alerts: Type.Integer({ description: 'How many hosts and series it lists.' }),
  state: Type.Enum([...NOTIFICATION_STATES]),
  attempts: Type.Integer(),
  sentAt: MaybeTime,
  error: Type.Union([Type.String(), Type.Null()], { description: 'What the latest attempt came to.' })
})
export type Notification = Static<typeof Notification>
export const NotificationsAnswer = Type.Object({ notifications: Type.Array(Notification), next: Next })
export type NotificationsAnswer = Static<typeof NotificationsAnswer>
