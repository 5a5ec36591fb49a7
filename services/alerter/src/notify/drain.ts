/** Sends all that waits for one channel, in order, until nothing is left or the channel wants a pause. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from '@miniobserv/db'
import type { Logger } from '@miniobserv/service'
import { noteOutcome, type Outcome, type Taken, takeNext } from './lease.ts'
import type { SendMeters } from './meters.ts'
import { send } from './send.ts'
import { SendError } from './send-error.ts'

/** What a channel never took for so long is given up, ms. */
const GIVE_UP_AFTER = 86_400_000

/** After the first failure, ms; twice as long after each further one, up to the second. */
const BACKOFF = { first: 2_000, longest: 300_000 }

export interface DrainDeps {
  db: Pool
  log: Logger
  now(): number
  publicUrl: string
  meters: SendMeters
  /** Aborted when the process stops: what is in hand is finished, nothing more is taken. */
  signal: AbortSignal
}

export interface Drained {
  sent: number
  /** Messages that the channel refused for good. */
  failed: { id: string; why: string }[]
  /** Nobody may try before so many ms, and why. */
  pause: { ms: number; why: string } | undefined
}

export async function drainChannel(deps: DrainDeps, channelId: number): Promise<Drained> {
  const drained: Drained = { sent: 0, failed: [], pause: undefined }
  while (!deps.signal.aborted) {
    const taken = await takeNext(deps.db, channelId)
    if (taken === undefined) break
    if (typeof taken === 'number') {
      drained.pause = { ms: taken, why: 'the channel is left alone for a while' }
      break
    }
    const outcome = await attempt(deps, taken)
    await note(deps, taken, outcome)
    const why = `${taken.rule}: ${outcome.error}`
    if (outcome.state === 'sent') drained.sent++
    if (outcome.state === 'failed') drained.failed.push({ id: taken.id, why })
    if (typeof outcome.channel === 'number') {
      drained.pause = { ms: outcome.channel, why }
      break
    }
  }
  return drained
}

async function attempt({ now, publicUrl }: DrainDeps, taken: Taken): Promise<Outcome> {
  const { id, message, triedFor, channel } = taken
  if (!channel.enabled && message.kind !== 'test') {
    return { state: 'failed', error: 'the channel is switched off', channel: undefined }
  }
  try {
    const remark = await send({ id, config: channel.config, message }, { publicUrl, now: now() })
    return { state: 'sent', error: remark, channel: 'well' }
  } catch (error) {
    const { final, retryAfter, message: why } = SendError.from(error)
    if (final) return { state: 'failed', error: why, channel: 'well' }
    const pause = retryAfter ?? backoff(channel.failures)
    if (triedFor < GIVE_UP_AFTER) return { state: 'waiting', error: why, channel: pause }
    return { state: 'failed', error: `given up after a day: ${why}`, channel: pause }
  }
}

/** @param failures in a row, before this one */
export const backoff = (failures: number): number =>
  Math.min(BACKOFF.longest, BACKOFF.first * 2 ** Math.min(failures, 20))

/** What was sent must be noted, or it is sent again: tried until the database is back, or this process ends. */
async function note(
  { db, log, now, meters, signal }: DrainDeps,
  { id, rule, message, channel }: Taken,
  outcome: Outcome
): Promise<void> {
  for (;;) {
    try {
      await noteOutcome(db, id, outcome)
      break
    } catch (error) {
      if (signal.aborted) throw error
      log.warn({ err: error }, 'what came of a message cannot be noted; trying again until it can')
      await sleep(500)
    }
  }
  const about = { channel: channel.name, rule, kind: message.kind, alerts: message.alerts.length }
  meters.tried(channel.config.kind, outcome.state, now() - message.at)
  if (outcome.state === 'sent') log.info(about, `${channel.name} was told: ${rule} (${message.kind})`)
  else log.warn({ ...about, why: outcome.error }, `${channel.name} was not told: ${rule} (${message.kind})`)
}
