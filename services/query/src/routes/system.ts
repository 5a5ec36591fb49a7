/** `GET /api/v1/storage` and `/api/v1/health`: what the database takes, and whether the system itself is well. */
import {
  databaseSize,
  listPartitions,
  readEdition,
  readStoragePolicy,
  tableStorage,
  toDrop
} from '@miniobserv/db'
import { HealthAnswer, Problem, StorageAnswer } from '@miniobserv/protocol'
import { type App, type Deps, VERSION } from '@miniobserv/service'
import { databaseStanding, firstSeen } from '../health/database.ts'
import { NO_REDIS, type RedisStanding, redisStanding } from '../health/redis.ts'
import { findTroubles } from '../health/troubles.ts'

const about = { tags: ['system'], security: [{ session: [] }] }

export function systemRoutes(app: App, { db, redis, now }: Deps): void {
  const storage = {
    ...{ ...about, summary: 'What the database takes, table by table, and how long each is kept' },
    response: { 200: StorageAnswer, '4xx': Problem }
  }
  app.get('/api/v1/storage', { schema: storage }, async () => {
    const time = now()
    const [edition, bytes, partitions, policy, first] = await Promise.all([
      readEdition(db),
      databaseSize(db),
      listPartitions(db),
      readStoragePolicy(db),
      firstSeen(db)
    ])
    const dropped = policy ? toDrop(partitions, policy, bytes, time) : []
    return {
      ...{ now: time, edition, bytes, budget: policy?.maxDisk ?? null },
      tables: tableStorage(partitions, time).map((found) => ({
        ...found,
        // A partition is up to thirty days long: it holds nothing from before there was any host.
        from: found.from === null ? null : Math.max(found.from, Math.min(first ?? 0, found.to ?? 0)),
        keep: policy?.ages[found.table] ?? null
      })),
      dropped: dropped.map(({ name, rows: _, ...doomed }) => ({ partition: name, ...doomed }))
    }
  })

  const health = {
    ...{ ...about, summary: 'Whether the parts of the system keep up' },
    response: { 200: HealthAnswer, '4xx': Problem }
  }
  app.get('/api/v1/health', { schema: health }, async () => {
    const [found, database] = await Promise.all([
      redisStanding(redis).catch((): RedisStanding | undefined => undefined),
      databaseStanding(db)
    ])
    // Read after the streams: nothing in them is then from the future.
    const time = now()
    const { version, ...standing } = found ?? NO_REDIS
    const { rollups, alerter, postgresql, timescaledb } = database
    return {
      ...{ now: time, troubles: findTroubles(found, database, time) },
      ...{ ...standing, rollups, alerter },
      versions: { miniobserv: VERSION, node: process.versions.node, postgresql, timescaledb, redis: version }
    }
  })
}
