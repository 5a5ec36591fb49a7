/** One POST to a channel that speaks HTTP. */
import { within } from '@miniobserv/service'
import { refuseLinkLocal } from './link-local.ts'
import { SendError } from './send-error.ts'

/** From the first packet to the end of the answer, ms. Shorter than the lease of whoever sends. */
const TIMEOUT = 10_000

/** Of an answer that says why, so many characters are kept. */
const REASON = 200

/** 4xx that may pass: a time-out, too early, too many. */
const PASSING = new Set([408, 425, 429])

/** Longer is nobody asked to wait, ms. */
const LONGEST_PAUSE = 3_600_000

/**
 * Nothing but 2xx is taken for an answer; redirects are not followed: they would tell a secret address to others.
 *
 * @param now epoch ms
 * @throws {SendError}
 */
export async function postJson(
  url: string,
  body: string,
  headers: Record<string, string>,
  now: number
): Promise<void> {
  let answer: Response
  let text: string
  const signal = AbortSignal.timeout(TIMEOUT)
  try {
    await within(TIMEOUT, refuseLinkLocal(new URL(url).hostname))
    answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'MiniObserv', ...headers },
      body,
      redirect: 'manual',
      signal
    })
    text = await firstOf(answer)
  } catch (error) {
    if (error instanceof SendError) throw error
    throw new SendError(whyUnreachable(error as Error), { final: false })
  }
  if (answer.ok) return
  const { status } = answer
  const reason = `it answered ${status}${text && `: ${text}`}`
  throw new SendError(reason, {
    final: status < 500 && !PASSING.has(status),
    retryAfter: readRetryAfter(answer.headers.get('retry-after'), now)
  })
}

/** The beginning of the answer, on one line; the rest is not waited for. */
async function firstOf({ body }: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    if (text.length > REASON) break
  }
  return text.replace(/\s+/g, ' ').trim().slice(0, REASON)
}

function whyUnreachable({ name, cause, message, code: own }: NodeJS.ErrnoException): string {
  if (name === 'TimeoutError') return `it did not answer within ${TIMEOUT / 1_000} s`
  const { code, message: why } = (cause ?? {}) as { code?: string; message?: string }
  return `it cannot be reached: ${code ?? own ?? why ?? message}`
}

/** Seconds, or a date. @returns ms from `now` */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  const ms = /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now
  return Number.isNaN(ms) ? undefined : Math.min(LONGEST_PAUSE, Math.max(0, ms))
}
