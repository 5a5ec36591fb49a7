/** What is told, and what a program hears of it. */
import Type, { type Static } from 'typebox'
import { Labels } from '../metrics.ts'
import { Severity } from './severity.ts'

export const NOTIFICATION_KINDS = ['firing', 'resolved', 'reminder', 'test'] as const
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number]

/** What a webhook gets, as JSON. Members may be added; none changes its meaning. */
export const WebhookBody = Type.Object(
  {
    id: Type.String({
      description: 'The same in each attempt, as in the header webhook-id: whoever has seen it may drop it.'
    }),
    kind: Type.Enum([...NOTIFICATION_KINDS]),
    at: Type.Integer({ description: 'When it was found, epoch ms.' }),
    title: Type.String({ description: 'In one line, for people: Host down: web-01 and web-02' }),
    rule: Type.Object({
      id: Type.Union([Type.Integer(), Type.Null()]),
      name: Type.String(),
      severity: Severity,
      note: Type.String(),
      labels: Labels
    }),
    total: Type.Integer({ description: 'How many hosts and series it is about.' }),
    alerts: Type.Array(
      Type.Object({
        host: Type.Union([Type.String(), Type.Null()]),
        labels: Labels,
        value: Type.Union([Type.Number(), Type.Null()], { description: 'In the unit of the metric.' }),
        summary: Type.String(),
        since: Type.Integer({ description: 'Since when it fires, or fired, epoch ms.' }),
        link: Type.Union([Type.String(), Type.Null()], { description: 'To the charts of the host.' })
      }),
      { description: 'The first 1,000 of them.' }
    ),
    link: Type.Union([Type.String(), Type.Null()], { description: 'To the page; null without PUBLIC_URL.' })
  },
  { description: 'POSTed by a webhook channel, signed as the Standard Webhooks specification says.' }
)
export type WebhookBody = Static<typeof WebhookBody>
