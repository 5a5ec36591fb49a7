/** Sends what the outbox holds: a queue that wakes senders, and a worker that every copy of the alerter has. */
import { setTimeout as sleep } from 'node:timers/promises'
import { SessionSettings } from '@miniobserv/access'
import type { Deps } from '@miniobserv/service'
import { type Job, Queue, UnrecoverableError, Worker } from 'bullmq'
import Type, { type Static } from 'typebox'
import { drainChannel } from './drain.ts'
import { waitingChannels } from './lease.ts'
import { createSendMeters } from './meters.ts'
import { pruneNotifications } from './prune.ts'
import { retryFailed } from './retry.ts'

export const NotifierSettings = Type.Object({ PUBLIC_URL: SessionSettings.properties.PUBLIC_URL })
export type NotifierSettings = Static<typeof NotifierSettings>

export interface Notifier {
  /** For Bull Board. */
  queue: Queue
  /** Wakes senders for what waits in the outbox. Never rejects: what it leaves, the next one finds. */
  flush(): Promise<void>
  /** Finishes what is being sent, and takes nothing more. */
  finish(): Promise<void>
  stop(): Promise<void>
}

type NotifierDeps = Pick<
  Deps<NotifierSettings>,
  'db' | 'redis' | 'blockingRedis' | 'log' | 'now' | 'metrics' | 'settings'
>

const QUEUE = 'miniobserv-notify'

/** Channels that one copy sends to at the same time: one that hangs keeps up no other. */
const CHANNELS_AT_ONCE = 16

/** Jobs of a copy that was killed over them go to another after so long, ms. */
const TAKEN_OVER = { lockDuration: 15_000, stalledInterval: 5_000, maxStalledCount: 100 }

/** A day of retries five minutes apart; whatever is left then is found by the tick. */
const ATTEMPTS = 300

/** Each copy looks at the outbox so often, ms, whatever else wakes senders: a queue can lose its jobs, the outbox cannot. */
const LOOK_EVERY = 5_000
const PRUNE_EVERY = 3_600_000

/** What is being sent when the process stops may take so long, ms: less than STOP_TIMEOUT. */
const FINISH = 8_000

/** A job: send what waits for this channel. Everything else stands in the outbox. */
interface Wake {
  channel: number
  /** Notifications that this job has found refused for good: whoever tries the job again means these. */
  failed?: string[]
}

/** The job comes back after `ms`. */
class TryLater extends Error {
  override name = 'TryLater'
  readonly ms: number

  constructor(why: string, ms: number) {
    super(why)
    this.ms = ms
  }
}

export async function startNotifier(deps: NotifierDeps): Promise<Notifier> {
  const { db, redis, blockingRedis, log, now, metrics, settings } = deps
  const ending = new AbortController()
  const inHand = new Set<Promise<unknown>>()
  const { signal } = ending
  const drainDeps = {
    ...{ db, log, now, signal },
    publicUrl: settings.PUBLIC_URL,
    meters: createSendMeters(metrics)
  }

  const queue = new Queue<Wake>(QUEUE, {
    connection: redis,
    defaultJobOptions: {
      attempts: ATTEMPTS,
      backoff: { type: 'as-told' },
      removeOnComplete: 100,
      removeOnFail: 1_000,
      stackTraceLimit: 1
    }
  })
  queue.on('error', (err) => log.debug({ err }, 'the queue of messages is out of reach'))

  async function work(job: Job<Wake>): Promise<string> {
    const { channel, failed: before = [] } = job.data
    if (before.length > 0) {
      await retryFailed(db, before)
      await job.updateData({ channel })
    }
    const { sent, failed, pause } = await drainChannel(drainDeps, channel)
    if (failed.length === 0) {
      if (pause) throw new TryLater(pause.why, pause.ms)
      return `${sent} sent`
    }
    if (pause) await queue.add(job.name, { channel }, { delay: pause.ms })
    await job.updateData({ channel, failed: failed.map(({ id }) => id) })
    throw new UnrecoverableError(failed.map(({ why }) => why).join('; '))
  }

  async function held<T>(promise: Promise<T>): Promise<T> {
    inHand.add(promise)
    return promise.finally(() => inHand.delete(promise))
  }

  const worker = new Worker<Wake>(QUEUE, (job) => held(work(job)), {
    ...{ connection: blockingRedis('messages'), concurrency: CHANNELS_AT_ONCE },
    settings: {
      backoffStrategy: (attempts, _, err) =>
        err instanceof TryLater ? err.ms : Math.min(30_000, 500 * 2 ** Math.min(attempts, 10))
    },
    ...TAKEN_OVER
  })
  worker.on('error', (err) => log.debug({ err }, 'the worker of messages is out of reach'))

  async function wake(): Promise<void> {
    const waiting = await waitingChannels(db)
    if (waiting.length === 0) return
    await queue.addBulk(waiting.map(({ id, name }) => ({ name, data: { channel: id } })))
  }

  const flush = () =>
    wake().catch((err) => log.warn({ err }, 'senders cannot be woken; the next look tries again'))
  const prune = () =>
    pruneNotifications(db, now()).catch((err) => log.warn({ err }, 'old messages cannot be deleted'))
  const timers = [setInterval(flush, LOOK_EVERY), setInterval(prune, PRUNE_EVERY)]

  return {
    queue,
    flush,
    async finish() {
      for (const timer of timers) clearInterval(timer)
      ending.abort()
      await Promise.race([Promise.allSettled(inHand), sleep(FINISH, undefined, { ref: false })])
    },
    async stop() {
      await Promise.all([worker.close(), queue.close()])
    }
  }
}
