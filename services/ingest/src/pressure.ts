/** Says no early: when Redis holds as much as it should, or is away, a request costs neither its body nor a wait. */
import { type App, type Logger, ServiceError } from '@miniobserv/service'
import { STREAMS } from '@miniobserv/stream'
import type { Redis } from 'ioredis'
import { Gauge, type Registry } from 'prom-client'
import type { IngestSettings } from './config.ts'

export interface Pressure {
  start(): void
  stop(): void
  /** Why no batch is taken right now; undefined when all is well. */
  refusal(): ServiceError | undefined
}

const LOOK_EVERY = 500

/** What was over its limit is taken again only below this part of it, so that the answer does not flicker. */
const RELIEF = 0.9

/** Of Redis's own `maxmemory`, if it has one: beyond that it would refuse writes itself, the writers' too. */
const PART_OF_MAXMEMORY = 0.85

export function watchPressure(
  redis: Redis,
  settings: IngestSettings,
  log: Logger,
  metrics: Registry
): Pressure {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [metrics] })
  const backlogGauge = gauge(
    'miniobserv_backlog_entries',
    'Entries in the streams, each of one batch or several, not yet acknowledged.'
  )
  const memoryGauge = gauge('miniobserv_redis_memory_bytes', 'What Redis uses.')
  let over: string | undefined
  let timer: NodeJS.Timeout | undefined

  async function look(): Promise<void> {
    const [metrics, logs, info] = await Promise.all([
      redis.xlen(STREAMS.metrics),
      redis.xlen(STREAMS.logs),
      redis.info('memory')
    ])
    const backlog = metrics + logs
    const { used, most } = memoryOf(info)
    backlogGauge.set(backlog)
    memoryGauge.set(used)
    const memoryLimit =
      most > 0 ? Math.min(settings.MAX_REDIS_MEMORY, most * PART_OF_MAXMEMORY) : settings.MAX_REDIS_MEMORY
    const factor = over ? RELIEF : 1
    const before = over
    if (backlog > settings.MAX_BACKLOG * factor) over = `${backlog} entries wait to be stored`
    else if (used > memoryLimit * factor) over = `Redis uses ${Math.round(used / 1024 ** 2)} MiB`
    else over = undefined
    if (over && !before) log.warn(`no batches are taken until the writers have caught up: ${over}`)
    if (!over && before) log.info('batches are taken again')
  }

  return {
    start() {
      let looking = false
      const lookAgain = async (): Promise<void> => {
        if (looking) return // Redis takes its time
        looking = true
        await look().catch(() => undefined)
        looking = false
      }
      void lookAgain()
      timer = setInterval(lookAgain, LOOK_EVERY).unref()
    },
    stop: () => clearInterval(timer),
    refusal() {
      if (redis.status !== 'ready') {
        const detail = 'the queue is out of reach; send the batch again'
        return new ServiceError(503, 'stream_unavailable', detail, { retryAfter: retryAfter(settings) })
      }
      if (over === undefined) return undefined
      return new ServiceError(503, 'backlog_full', `${over}; send the batch again later`, {
        retryAfter: retryAfter(settings)
      })
    }
  }
}

/** Refuses before the body is read. */
export function refuseUnderPressure(app: App, pressure: Pressure): void {
  app.addHook('onRequest', (_request, _reply, done) => done(pressure.refusal()))
}

/** Seconds, spread so that not all agents come back at once. */
const retryAfter = ({ RETRY_AFTER }: IngestSettings): number =>
  Math.max(1, Math.round((RETRY_AFTER / 1000) * (0.5 + Math.random())))

function memoryOf(info: string): { used: number; most: number } {
  const number = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0)
  return { used: number('used_memory'), most: number('maxmemory') }
}
