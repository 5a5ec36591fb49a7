/** Takes batches out of the buffer and posts them until the gateway has them, metrics and logs independently. */
import { delayMs } from './backoff.ts'
import type { Buffer } from './buffer.ts'
import type { Clock } from './clock.ts'
import { type Batch, cutEmpty, type Host, type Kind, moved, withSeries } from './cut.ts'
import type { Answer, Connection } from './http.ts'
import { pause } from './pause.ts'
import type { Report } from './report.ts'
import type { Tokens } from './token.ts'

/** The gateway has understood these bodies, and will say the same of them next time. */
const FINAL = new Set([400, 403, 409, 413, 415, 422])

export interface ShipDeps {
  host: Host
  buffer: Buffer
  connection: Connection
  tokens: Tokens
  clock: Clock
  report: Report
  /** The gateway's name for the columns of a batch; undefined: it does not know them any more. */
  onLayout: (list: NonNullable<Batch['list']>, layout: string | undefined) => void
  /** ms of a clock that never jumps. */
  monotonic: () => number
  /** From 0 to 1. */
  random: () => number
}

export interface Shipper {
  /** Requests that were made again since the start. */
  readonly retries: number
  /** False while the gateway does not answer, or takes nothing. */
  readonly healthy: boolean
  /** Sends what the buffer holds, each batch at most once more, for at most `forMs`. */
  stop(forMs: number): Promise<void>
}

export function startShipping(deps: ShipDeps): Shipper {
  const { host, buffer, connection, tokens, clock, report, monotonic } = deps
  const stopping = new AbortController()
  const cutOff = new AbortController()
  const wake: Record<Kind, () => void> = { metrics: () => {}, logs: () => {} }
  let retries = 0
  let healthy = true
  let unauthorized = false

  async function post(batch: Batch): Promise<Answer> {
    const token = await tokens.get(clock.now())
    const started = monotonic()
    const answer = await connection.post(`api/v1/${batch.kind}`, batch.body, token, cutOff.signal)
    if (answer.now !== undefined) clock.observe(answer.now, monotonic() - started)
    return answer
  }

  /** Posts once, and at once again where the answer said how to do better. */
  async function deliver(batch: Batch): Promise<Answer> {
    let answer = await post(batch)
    if (answer.status === 401) {
      tokens.forget()
      // A wrong clock had minted the token; once is enough, since then it is the secret that is wrong.
      if (answer.now !== undefined && !unauthorized) {
        retries += 1
        answer = await post(batch)
      }
    }
    unauthorized = answer.status === 401
    if (answer.status === 409 && answer.code === 'unknown_layout' && batch.list) {
      deps.onLayout(batch.list, undefined)
      buffer.replace(batch, withSeries(host, batch))
      retries += 1
      answer = await post(batch)
    }
    return answer
  }

  /** Delivers until there is an answer that settles it; undefined: stopped before. */
  async function settle(batch: Batch): Promise<Answer | undefined> {
    for (let failures = 1; ; failures += 1) {
      const outcome = await deliver(batch).catch((error: Error) => error)
      if (!(outcome instanceof Error)) {
        if ((outcome.status >= 200 && outcome.status < 300) || FINAL.has(outcome.status)) {
          healthy = true
          return outcome
        }
      }
      if (stopping.signal.aborted) return undefined
      healthy = false
      report.failed(outcome)
      const retryAfter = outcome instanceof Error ? undefined : outcome.retryAfter
      await pause(delayMs(failures, retryAfter, clock.now(), deps.random()), stopping.signal)
      retries += 1
    }
  }

  async function run(kind: Kind) {
    for (;;) {
      const batch = buffer.first(kind)
      if (!batch) {
        if (stopping.signal.aborted) return
        await new Promise<void>((resolve) => {
          wake[kind] = resolve
        })
        continue
      }
      if (batch.notBefore > monotonic()) await pause(batch.notBefore - monotonic(), stopping.signal)
      batch.sending = true
      const answer = await settle(batch)
      batch.sending = false
      if (!answer) return
      if (FINAL.has(answer.status)) {
        buffer.refused(batch)
        report.refused(answer)
      } else {
        buffer.accepted(batch)
        report.accepted()
        if (batch.list && answer.layout !== undefined) deps.onLayout(batch.list, answer.layout)
      }
    }
  }

  /** Nothing is sent before the gateway has told its clock: what was cut until then is moved to it. */
  async function askForClock() {
    await settle(cutEmpty(host))
    if (clock.offset !== 0)
      for (const batch of buffer.all()) buffer.replace(batch, moved(batch, clock.offset))
  }

  for (const kind of ['metrics', 'logs'] as const) buffer.onPush(kind, () => wake[kind]())
  const done = askForClock().then(() => Promise.all([run('metrics'), run('logs')]))

  return {
    get retries() {
      return retries
    },
    get healthy() {
      return healthy
    },
    async stop(forMs) {
      stopping.abort()
      wake.metrics()
      wake.logs()
      const timer = setTimeout(() => cutOff.abort(), forMs)
      await done.finally(() => clearTimeout(timer))
      connection.close()
    }
  }
}
