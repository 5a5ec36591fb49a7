/** Sends one message to one channel, once: taken, or an error that says whether it is worth trying again. */
import type { ChannelConfig } from '@miniobserv/protocol'
import { redact } from '../channels/secrets.ts'
import { threadOf } from './channel/email.ts'
import { webhookHeaders } from './channel/webhook.ts'
import { compose } from './compose.ts'
import type { Message } from './message.ts'
import { postJson } from './post-json.ts'
import { postMail } from './post-mail.ts'
import { SendError } from './send-error.ts'
import type { Telling } from './story.ts'

export interface Sending {
  /** Of the notification. */
  id: string
  config: ChannelConfig
  message: Message
}

/**
 * @returns a remark for the log of messages, where not everyone has got it
 * @throws {SendError} without any secret of the channel
 */
export async function send({ id, config, message }: Sending, telling: Telling): Promise<string | undefined> {
  try {
    const composed = compose(config, id, message, telling)
    if (config.kind === 'email' && composed.kind === 'email') {
      const remark = await postMail(config, { ...composed.payload, ...threadOf(message, id, config.from) })
      return remark && redact(remark, config)
    }
    if (config.kind === 'email') return
    const body = JSON.stringify(composed.payload)
    const headers = config.kind === 'webhook' ? webhookHeaders(id, body, config.secret, telling.now) : {}
    await postJson(config.url, body, headers, telling.now)
    return undefined
  } catch (error) {
    const { message, ...how } = SendError.from(error)
    throw new SendError(redact(message, config), how)
  }
}
