/**
 * What the agent says about sending: only when something changes. Its own log may be one of the files it follows, and
 * a line for each request would then make the next request.
 */
import type { Logger } from 'pino'
import type { Answer } from './http.ts'

const REPEAT_MS = 60_000

export interface Report {
  accepted(): void
  /** It will be tried again. */
  failed(why: Answer | Error): void
  /** The gateway will never take this batch. */
  refused(answer: Answer): void
}

/** @param now monotonic ms */
export function createReport(log: Logger, serverUrl: string, now: () => number): Report {
  let sent = false
  let trouble: string | undefined
  let toldTrouble = false
  const toldAt = new Map<string, number>()
  const refusals = new Map<string, { at: number; silent: number }>()
  return {
    accepted() {
      if (!sent) log.info(`Sending to ${serverUrl}`)
      else if (toldTrouble) log.info('The server takes batches again')
      sent = true
      trouble = undefined
      toldTrouble = false
    },
    failed(why) {
      const kind = why instanceof Error ? 'away' : `answers ${why.status}`
      if (trouble === kind) return
      trouble = kind
      if (now() - (toldAt.get(kind) ?? -Infinity) < REPEAT_MS) return // it comes and goes
      toldAt.set(kind, now())
      toldTrouble = true
      if (why instanceof Error)
        log.warn({ reason: reasonOf(why) }, 'The server cannot be reached; batches are kept and tried again')
      else if (why.status === 401)
        log.error(
          { code: why.code, detail: why.detail },
          'The server refuses the token: is AGENT_TOKEN the same on both sides? Batches are kept'
        )
      else
        log.warn(
          { status: why.status, code: why.code, detail: why.detail },
          'The server takes no batches now; they are kept and tried again'
        )
    },
    refused({ status, code, detail }) {
      const key = `${status} ${code}`
      const last = refusals.get(key)
      if (last && now() - last.at < REPEAT_MS) {
        last.silent += 1
        return
      }
      refusals.set(key, { at: now(), silent: 0 })
      const others = last?.silent ? { alsoRefused: last.silent } : {}
      log.error({ status, code, detail, ...others }, 'The server refused a batch for good; it is dropped')
    }
  }
}

/** Node puts what happened into `code`, and leaves the message empty where several addresses failed. */
const reasonOf = (error: Error & { code?: string }): string => error.message || error.code || error.name
