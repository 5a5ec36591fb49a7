/**
 * Posts what the agent has until the gateway has it, metrics and logs independently, one request of each at a time.
 * While the server is away the one batch that was on its way is tried again; nothing else is cut until it got through.
 */
import { delayMs } from './backoff.ts'
import type { Buffer } from './buffer.ts'
import type { Clock } from './clock.ts'
import type { SeriesList } from './collect/index.ts'
import { type Batch, cutEmpty, cutMetrics, type Host, type Kind, withSeries } from './cut.ts'
import type { Frames, Points } from './frames.ts'
import type { Answer, Connection } from './http.ts'
import { createPace } from './pace.ts'
import { pause } from './pause.ts'
import type { Report } from './report.ts'
import type { Tokens } from './token.ts'

/** The gateway has understood these bodies, and will say the same of them next time. */
const FINAL = new Set([400, 403, 409, 413, 415, 422])
/** A host may log faster than the first pace: it doubles within 35 batches. */
const LOGS_EASE = 0.98

export interface ShipDeps {
  host: Host
  frames: Frames
  buffer: Buffer
  connection: Connection
  tokens: Tokens
  clock: Clock
  report: Report
  /** Bytes of log files that are still to be read. */
  behind: () => number
  /** ms of a clock that never jumps. */
  monotonic: () => number
  /** From 0 to 1. */
  random: () => number
}

export interface Shipper {
  /** Requests that were made again since the start. */
  readonly retries: number
  /** False until the gateway has told its clock, and while it does not answer or takes nothing of this kind. */
  healthy(kind: Kind): boolean
  /** Sends what is there, each batch at most once more, for at most `forMs`. */
  stop(forMs: number): Promise<void>
}

export function startShipping(deps: ShipDeps): Shipper {
  const { host, frames, buffer, connection, tokens, clock, report, monotonic, random } = deps
  const stopping = new AbortController()
  const cutOff = new AbortController()
  const wake: Record<Kind, () => void> = { metrics: () => {}, logs: () => {} }
  const healthy: Record<Kind, boolean> = { metrics: false, logs: false }
  const pace = { metrics: createPace(random, 1), logs: createPace(random, LOGS_EASE) }
  /** What the gateway calls the columns. */
  const layouts = new WeakMap<SeriesList, string>()
  let catchingUp = false
  let retries = 0
  let unauthorized = false

  async function post(batch: Batch): Promise<Answer> {
    const token = await tokens.get(clock.now())
    const started = monotonic()
    const answer = await connection.post(`api/v1/${batch.kind}`, batch.body, token, cutOff.signal)
    if (answer.now !== undefined) {
      const wasKnown = clock.known
      const change = clock.observe(answer.now, monotonic() - started)
      // What was stamped until now was stamped by the machine's own clock.
      if (!wasKnown) frames.move(change)
    }
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
          healthy[batch.kind] = true
          return outcome
        }
      }
      if (stopping.signal.aborted) return undefined
      healthy[batch.kind] = false
      pace[batch.kind].restart()
      if (batch.kind === 'logs') catchingUp = true
      report.failed(outcome)
      const retryAfter = outcome instanceof Error ? undefined : outcome.retryAfter
      await pause(delayMs(failures, retryAfter, clock.now(), random()), stopping.signal)
      retries += 1
    }
  }

  function cut(points: Points | undefined): Batch | undefined {
    if (!points) return undefined
    const batch = cutMetrics(host, points, layouts.get(points.list))
    buffer.push(batch)
    return batch
  }

  /** The batch to send now, or how long to wait for one, in ms: the newest frame, then what was kept, newest first. */
  function nextMetrics(now: number): Batch | number {
    const kept = buffer.first('metrics')
    if (kept) return kept
    const untilLive = (frames.liveFrom ?? Infinity) - now
    if (untilLive <= 0) return cut(frames.takeLive()) ?? 0
    if (!frames.hasOlder) return untilLive
    const untilOlder = pace.metrics.wait(now)
    if (untilOlder > 0) return Math.min(untilLive, untilOlder)
    pace.metrics.made(now)
    return cut(frames.takeOlder()) ?? 0
  }

  function nextLogs(now: number): Batch | number {
    const oldest = buffer.first('logs')
    if (!oldest) {
      if (deps.behind() === 0) catchingUp = false
      return Infinity
    }
    if (!catchingUp) return oldest
    const wait = pace.logs.wait(now)
    if (wait > 0) return wait
    pace.logs.made(now)
    return oldest
  }

  const next = { metrics: nextMetrics, logs: nextLogs }

  /** A stopping agent neither spreads nor paces what it sends. */
  const rest = {
    metrics: () => buffer.first('metrics') ?? cut(frames.takeLive() ?? frames.takeOlder()),
    logs: () => buffer.first('logs')
  }

  async function run(kind: Kind) {
    for (;;) {
      const batch = stopping.signal.aborted ? rest[kind]() : next[kind](monotonic())
      if (batch === undefined) return
      if (typeof batch === 'number') {
        await idle(kind, batch)
        continue
      }
      const answer = await settle(batch)
      if (!answer) return
      if (FINAL.has(answer.status)) {
        buffer.refused(batch)
        report.refused(answer)
      } else {
        buffer.accepted(batch)
        report.accepted()
        if (batch.list && answer.layout !== undefined) layouts.set(batch.list, answer.layout)
      }
    }
  }

  /** Until something came to be sent, at most `ms`. */
  async function idle(kind: Kind, ms: number) {
    const { promise, resolve } = Promise.withResolvers<void>()
    wake[kind] = resolve
    const timer = ms < Infinity ? setTimeout(resolve, ms) : undefined
    await promise
    clearTimeout(timer)
  }

  /** Nothing is sent, and no log line is read, before the gateway has told its clock. */
  async function askForClock() {
    await settle(cutEmpty(host))
    healthy.logs = true
  }

  frames.onPush(() => wake.metrics())
  buffer.onPush('logs', () => wake.logs())
  const done = askForClock().then(() => Promise.all([run('metrics'), run('logs')]))

  return {
    get retries() {
      return retries
    },
    healthy: (kind) => healthy[kind],
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
