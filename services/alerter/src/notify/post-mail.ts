/** One mail to a server that speaks SMTP. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChannelConfigOf } from '@miniobserv/protocol'
import { createTransport } from 'nodemailer'
import type { Mail, Thread } from './channel/email.ts'
import { SendError } from './send-error.ts'

/** All of it, ms. Shorter than the lease of whoever sends. */
const TIMEOUT = 15_000
/** Of each step of it, ms. */
const STEP = 10_000

/** nodemailer's words for what stays as it is until somebody changes the channel. */
const FINAL = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2'])

/**
 * @returns who did not get it, where others did
 * @throws {SendError}
 */
export async function postMail(
  { server, from, to }: Pick<ChannelConfigOf<'email'>, 'server' | 'from' | 'to'>,
  mail: Mail & Thread
): Promise<string | undefined> {
  const { protocol, hostname, port, username, password } = new URL(server)
  const transport = createTransport({
    ...{ host: hostname.replace(/^\[|\]$/g, ''), secure: protocol === 'smtps:' },
    ...(port && { port: Number(port) }),
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...{ connectionTimeout: STEP, greetingTimeout: STEP, socketTimeout: STEP, dnsTimeout: STEP },
    // Only what we wrote is sent, never a file or another address that a text might name.
    ...{ disableFileAccess: true, disableUrlAccess: true }
  })
  const over = new AbortController()
  const late = sleep(TIMEOUT, undefined, { signal: over.signal }).then(() => {
    throw new SendError(`it did not take the mail within ${TIMEOUT / 1_000} s`, { final: false })
  })
  try {
    const { rejected = [] } = await Promise.race([transport.sendMail({ ...mail, from, to }), late])
    return rejected.length > 0 ? `refused for ${rejected.map(String).join(', ')}` : undefined
  } catch (error) {
    throw error instanceof SendError ? error : told(error as Told)
  } finally {
    over.abort()
    late.catch(() => undefined)
    transport.close()
  }
}

type Told = Error & { code?: string; responseCode?: number }

/** SMTP's 5xx are final, its 4xx pass. */
function told({ message, code, responseCode }: Told): SendError {
  const final = FINAL.has(code ?? '') || (responseCode !== undefined && responseCode >= 500)
  return new SendError(message.replace(/\s+/g, ' ').slice(0, 300), { final })
}
