/** What of a channel is secret, and how it is kept out of all that people and logs get to see. */
import type { ChannelConfig } from '@miniobserv/protocol'

/** Where it goes, without what is secret: `hooks.slack.com/…`, `a@example.org by mail.example.org`. */
export function targetOf(config: ChannelConfig): string {
  if (config.kind === 'email') return `${config.to.join(', ')} by ${hostOf(config.server)}`
  return `${hostOf(config.url)}/…`
}

const hostOf = (url: string): string => URL.parse(url)?.host || '…'

/** Every text that must not be seen, the longest first. */
function secretsOf(config: ChannelConfig): string[] {
  const url = config.kind === 'email' ? config.server : config.url
  const { pathname = '', search = '', username = '', password = '' } = URL.parse(url) ?? {}
  const parts = [url, pathname + search, pathname, search, password, decoded(password), username]
  if (config.kind === 'webhook' && config.secret) parts.push(config.secret)
  // A path such as /in is no secret, and leaving it out of texts would tear words apart.
  return [...new Set(parts)].filter((part) => part.length >= 6).sort((a, b) => b.length - a.length)
}

/** Other programs' errors may repeat what they were given: here it is left out. */
export const redact = (text: string, config: ChannelConfig): string =>
  secretsOf(config).reduce((rest, secret) => rest.replaceAll(secret, '…'), text)

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
