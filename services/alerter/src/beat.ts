/** The beat on which rules are looked at: two BullMQ job schedulers that all copies share, and each tick goes to one. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Deps } from '@miniobserv/service'
import { Queue, Worker } from 'bullmq'
import type { Evaluated, Evaluator, Scope } from './evaluate/evaluate.ts'
import { changes, type HostStates, hostStates } from './heartbeats.ts'
import { createMeters } from './meters.ts'

const QUEUE = 'miniobserv-evaluate'
const SCOPES: readonly Scope[] = ['all', 'heartbeats']

/** Whether hosts send is looked at so often, ms: a host that goes down is known within half a minute. */
const HEARTBEATS = 5_000

/** A look at all rules waits so often, so long (ms) for whoever is at it, rather than be left out. */
const PATIENCE = { tries: 20, pause: 100 }

/** Whether ticks are still to come is asked so often at most, ms. */
const WATCH = 1_000

/** A tick that is so many intervals late will not come any more. */
const OVERDUE = 5

/** Ticks of a copy that was killed over them go to another after so long, ms. */
const TAKEN_OVER = { lockDuration: 15_000, stalledInterval: 5_000, maxStalledCount: 100 }

export interface Beat {
  /** For the page of jobs. */
  queue: Queue
  stop(): Promise<void>
}

interface BeatDeps extends Pick<Deps, 'redis' | 'blockingRedis' | 'log' | 'now' | 'metrics'> {
  settings: { ALERT_INTERVAL: number; HOST_DOWN_AFTER: number }
  evaluator: Evaluator
  /** Before each look at all rules. */
  prepare(): Promise<void>
  /** After each look that was this copy's. */
  finish(): unknown
}

export async function startBeat(deps: BeatDeps): Promise<Beat> {
  const { redis, blockingRedis, log, now, metrics, settings, evaluator } = deps
  const { ALERT_INTERVAL: interval, HOST_DOWN_AFTER: downAfter } = settings
  const meters = createMeters(metrics)
  let states: HostStates | undefined

  async function tick(scope: Scope): Promise<void> {
    if (scope === 'all') await deps.prepare()
    for (let tries = 1; ; tries++) {
      const at = now()
      const began = performance.now()
      const found = await evaluator.evaluate(scope, at)
      if (found) {
        note(scope, found, at, performance.now() - began)
        break
      }
      if (scope === 'heartbeats' || tries === PATIENCE.tries) return
      await sleep(PATIENCE.pause)
    }
    await deps.finish()
  }

  function note(scope: Scope, found: Evaluated, at: number, ms: number): void {
    const { hosts, held, sinceLast } = found
    const heard = hostStates(hosts, at - downAfter)
    if (!held) {
      for (const { host, status } of changes(states, heard)) log.info({ host }, `${host} is ${status}`)
      states = heard
    }
    meters.evaluated(scope, found, heard, ms)
    if (scope !== 'all' || sinceLast === null || sinceLast <= 1.5 * interval) return
    meters.late()
    const late = ((sinceLast - interval) / 1_000).toFixed(1)
    log.warn({ sinceLast, interval }, `rules are looked at ${late} s late: ticks were late or missed`)
  }

  const queue = new Queue(QUEUE, { connection: redis })
  queue.on('error', (err) => log.debug({ err }, 'the queue of evaluations is out of reach'))
  const every: Record<Scope, number> = { all: interval, heartbeats: Math.min(HEARTBEATS, interval) }
  const schedule = (scope: Scope) =>
    queue.upsertJobScheduler(
      scope,
      { every: every[scope] },
      { name: scope, opts: { removeOnComplete: 30, removeOnFail: 100 } }
    )
  // That of versions before.
  await queue.removeJobScheduler('evaluate')
  for (const scope of SCOPES) await schedule(scope)
  const watch = setInterval(
    () => {
      watchSchedules().catch((err) => log.debug({ err }, 'the schedules of evaluations are out of reach'))
    },
    Math.max(WATCH, interval)
  )
  watch.unref()

  /** A Redis that has lost what it knew brings no more ticks, and nobody would notice. */
  async function watchSchedules(): Promise<void> {
    for (const scope of SCOPES) {
      const known = await queue.getJobScheduler(scope)
      if (known?.next !== undefined && known.next > now() - OVERDUE * every[scope]) continue
      log.warn({ scope }, 'Redis has lost the schedule of evaluations; it is made again')
      await schedule(scope)
    }
  }

  const worker = new Worker(QUEUE, ({ name }) => tick(name as Scope), {
    ...{ connection: blockingRedis('evaluations'), concurrency: 1 },
    ...TAKEN_OVER
  })
  worker.on('failed', (_, err) => log.error({ err }, 'an evaluation failed; the next one comes on time'))
  // The connection itself has told; BullMQ repeats it with every try.
  worker.on('error', (err) => log.debug({ err }, 'the worker of evaluations is out of reach'))

  return {
    queue,
    async stop() {
      clearInterval(watch)
      await Promise.all([worker.close(), queue.close()])
    }
  }
}
