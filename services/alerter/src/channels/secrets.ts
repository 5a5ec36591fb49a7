/** What of a channel is secret, and how it is kept out of all that people and logs get to see. */
import type { ChannelConfig } from '@miniobserv/protocol'

/** Where it goes, without what is secret: `hooks.slack.com/…`, `a@example.org by mail.example.org`. */
export function targetOf(config: ChannelConfig): string {
  if (config.kind === 'email') return `${config.to.join(', ')} by ${hostOf(config.server)}`
  return `${hostOf(config.url)}/…`
}

const hostOf = (url: string): string => URL.parse(url)?.host || '…'
