/** Puts the writer together: one consumer of both streams, and partitions made ahead of time. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { noteStoragePolicy, partitionKeeper } from '@miniobserv/db'
import { defineService } from '@miniobserv/service'
import { type Consumer, STREAMS, startConsumer } from '@miniobserv/stream'
import { catalogue } from './catalogue.ts'
import { keepOf, WriterSettings } from './config.ts'
import { createCounters } from './counters.ts'
import { sourceNotes } from './log-sources.ts'
import { storeBulk } from './store.ts'
import { watchTwins } from './twins.ts'
import { startUpkeep, type Upkeep } from './upkeep.ts'
import { vocabulary } from './vocabulary.ts'

const HOUR = 3_600_000

export const writer = defineService({ settings: WriterSettings, needs: ['db', 'redis'] }, (deps) => {
  const { db, redis, settings, log, now } = deps
  const partitions = partitionKeeper(db)
  const writing = {
    db,
    redis,
    now,
    partitions,
    log,
    catalogue: catalogue(db),
    twins: watchTwins(),
    sources: sourceNotes(),
    vocabulary: vocabulary(),
    limit: settings.MAX_UNPACKED
  }
  const counters = createCounters(deps.metrics)
  let consumer: Consumer | undefined
  let hourly: NodeJS.Timeout | undefined
  let upkeep: Upkeep | undefined

  return {
    name: 'writer',
    async start() {
      await partitions.ahead(now())
      await noteStoragePolicy(db, keepOf(settings), now())
      hourly = setInterval(() => {
        partitions.ahead(now()).catch((err) => log.error({ err }, 'the coming days have no partitions yet'))
      }, HOUR)
      upkeep = startUpkeep({
        ...{ db, partitions, log, now, metrics: deps.metrics },
        interval: settings.UPKEEP_INTERVAL,
        keep: keepOf(settings),
        keepHosts: settings.KEEP_HOSTS
      })
      consumer = startConsumer({
        redis,
        blocking: deps.blockingRedis('reads'),
        name: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
        streams: [STREAMS.metrics, STREAMS.logs],
        bulk: settings.WRITER_BULK,
        bulkBytes: settings.WRITER_BULK_BYTES,
        linger: settings.WRITER_LINGER,
        claimAfter: settings.WRITER_CLAIM_AFTER,
        async handle(bulk) {
          const stored = await storeBulk(writing, bulk)
          counters.record(stored, bulk, now())
          for (const { delivery, reason } of stored.refused) {
            log.error(
              { stream: delivery.stream, batch: delivery.entry.batch, reason },
              'a batch went to the dead letters'
            )
          }
          return stored.refused
        },
        onError: (err, pause) => log.error({ err }, `nothing could be stored; trying again in ${pause} ms`)
      })
    },
    async stop() {
      clearInterval(hourly)
      await Promise.all([consumer?.stop(), upkeep?.stop()])
    }
  }
})
