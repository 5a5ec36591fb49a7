/** Puts the alerter together: a BullMQ job every 30 s that one of its copies takes. */
import { setTimeout as sleep } from 'node:timers/promises'
import { guardSessions, SessionSettings } from '@miniobserv/access'
import { defineService } from '@miniobserv/service'
import { Duration } from '@miniobserv/settings'
import { Queue, Worker } from 'bullmq'
import { Gauge } from 'prom-client'
import Type from 'typebox'
import { changes, countHosts, type HostStates, readHostStates } from './heartbeats.ts'
import { alertsRoutes } from './routes/alerts.ts'
import { jobsRoutes } from './routes/jobs.ts'
import { rulesRoutes } from './routes/rules.ts'
import { silencesRoutes } from './routes/silences.ts'
import { rulesFileKeeper } from './rules/apply-file.ts'
import { seedDefaults } from './rules/defaults.ts'
import { type Outbox, takeTurn } from './rules/turn.ts'

const AlerterSettings = Type.Object({
  ...SessionSettings.properties,
  RULES_FILE: Type.String({
    default: '',
    description: 'YAML with rules of alerts; read anew when it changes'
  }),
  ALERT_INTERVAL: Duration({ default: '30s', description: 'How often hosts and rules are looked at' }),
  HOST_DOWN_AFTER: Duration({ default: '30s', description: 'A host that sent nothing for so long is down' })
})

const QUEUE = 'miniobserv-evaluate'

export const alerter = defineService({ settings: AlerterSettings, needs: ['db', 'redis'] }, (deps) => {
  const { db, redis, blockingRedis, settings, log, now, metrics } = deps
  const hosts = new Gauge({
    name: 'miniobserv_hosts',
    help: 'Hosts by status, as of the latest look.',
    labelNames: ['status'],
    registers: [metrics]
  })
  let queue: Queue | undefined
  let worker: Worker | undefined
  let before: HostStates | undefined
  // Nobody sends messages yet.
  const outbox: Outbox = { write: async () => undefined, flush: () => undefined }
  const rulesFile = rulesFileKeeper(settings.RULES_FILE, { ...deps, outbox })

  async function evaluate(): Promise<void> {
    await rulesFile.poll()
    const states = await readHostStates(db, now() - settings.HOST_DOWN_AFTER)
    for (const { host, status } of changes(before, states)) log.info({ host }, `${host} is ${status}`)
    before = states
    const { up, down } = countHosts(states)
    hosts.set({ status: 'up' }, up)
    hosts.set({ status: 'down' }, down)
  }

  return {
    name: 'alerter',
    async routes(app) {
      await guardSessions(app, deps)
      rulesRoutes(app, deps, { outbox, file: settings.RULES_FILE })
      alertsRoutes(app, deps, { outbox })
      silencesRoutes(app, deps)
      await jobsRoutes(app, queue ? [queue] : [])
    },
    async start() {
      await takeTurn({ ...deps, outbox }, 'MiniObserv', seedDefaults)
      await rulesFile.poll()
      queue = new Queue(QUEUE, { connection: redis })
      queue.on('error', (err) => log.debug({ err }, 'the queue of evaluations is out of reach'))
      await queue.upsertJobScheduler(
        'evaluate',
        { every: settings.ALERT_INTERVAL },
        {
          name: 'evaluate',
          opts: { removeOnComplete: 10, removeOnFail: 100 }
        }
      )
      worker = new Worker(QUEUE, evaluate, { connection: blockingRedis('evaluations'), concurrency: 1 })
      worker.on('failed', (_, err) => log.error({ err }, 'an evaluation failed; the next one comes on time'))
      // The connection itself has told; BullMQ repeats it with every try.
      worker.on('error', (err) => log.debug({ err }, 'the worker of evaluations is out of reach'))
    },
    async stop() {
      // Closing asks Redis, and would wait for one that is away.
      const closed = Promise.all([worker?.close(), queue?.close()])
      await Promise.race([closed, sleep(2_000, undefined, { ref: false })])
    }
  }
})
