/** A message for other programs: JSON, signed as standardwebhooks.com says, so that its libraries verify it. */
import { createHmac } from 'node:crypto'
import type { WebhookBody } from '@miniobserv/protocol'
import type { Message } from '../message.ts'
import type { Story } from '../story.ts'

/** Alerts in one body at most. */
const MOST_ALERTS = 1_000

/** @param id of the notification: the same in each attempt */
export function webhookBody(id: string, { kind, at, rule, alerts }: Message, story: Story): WebhookBody {
  return {
    ...{ id, kind, at, title: story.title, rule },
    total: alerts.length,
    alerts: alerts
      .slice(0, MOST_ALERTS)
      .map((alert, i) => ({ ...alert, link: story.lines[i]?.link ?? null })),
    link: story.link
  }
}

/**
 * Headers that name the message and, with a secret, sign it: HMAC-SHA256 over `id.timestamp.body`, in base64.
 *
 * @param secret `whsec_` and base64, as the specification has it; anything else is taken as it is
 * @param now epoch ms
 */
export function webhookHeaders(
  id: string,
  body: string,
  secret: string | undefined,
  now: number
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000))
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp }
  if (secret === undefined) return headers
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { ...headers, 'webhook-signature': `v1,${signature}` }
}
