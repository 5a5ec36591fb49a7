/** Batches as the gateway would have queued them, and the writer's own functions to store and roll them up. */
import { randomUUID } from 'node:crypto'
import { type Pool, partitionKeeper } from '@miniobserv/db'
import type { Logger } from '@miniobserv/service'
import { type Delivery, STREAMS } from '@miniobserv/stream'
import type { Redis } from 'ioredis'
import { catalogue } from '../../services/writer/src/catalogue.ts'
import { sourceNotes } from '../../services/writer/src/log-sources.ts'
import { HOURS, MINUTES, rollUpStep } from '../../services/writer/src/rollups.ts'
import { storeBulk } from '../../services/writer/src/store.ts'
import { watchTwins } from '../../services/writer/src/twins.ts'
import { vocabulary } from '../../services/writer/src/vocabulary.ts'

export const DAY = 86_400_000
/** The columnstore's policies ask the real clock. */
export const NOW = Date.now()
/** The midnight, UTC, so many days before the last one. */
export const daysAgo = (days: number): number => Math.floor(NOW / DAY) * DAY - days * DAY

export type Point = [time: number, ...values: (number | null)[]]
const SERIES = [{ name: 'a', labels: { x: '1' }, unit: 'By' }, { name: 'b' }, { name: 'c' }]

const delivery = (stream: Delivery['stream'], host: string, body: unknown): Delivery => ({
  ...{ stream, id: '1-1' },
  entry: { batch: randomUUID(), host, at: NOW, encoding: 'identity', body: Buffer.from(JSON.stringify(body)) }
})
/** Of three series: a, b and c. */
export const metrics = (host: string, points: Point[]): Delivery =>
  delivery(STREAMS.metrics, host, { series: SERIES, points })
export const logs = (host: string, lines: unknown[]): Delivery => delivery(STREAMS.logs, host, { lines })

/** Pseudo-random numbers in [0, 1) that are the same in every lane. */
export function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Of five hosts, within 5½ hours, in any order, with gaps; 20 frames a batch. */
export function randomFrames(random: () => number, start: number, frames: number): Delivery[] {
  const value = () => (random() < 0.2 ? null : (random() - 0.3) * 1e6)
  return Array.from({ length: frames / 20 }, (_, i) => {
    const points = Array.from(
      { length: 20 },
      (): Point => [start + Math.floor(random() * 2_000) * 10_000, value(), value(), value()]
    )
    return metrics(`h${i % 5}`, points)
  })
}

export function storeIn(db: Pool, redis: Redis, bulk: readonly Delivery[]) {
  const writing = {
    partitions: partitionKeeper(db),
    catalogue: catalogue(db),
    twins: watchTwins(),
    sources: sourceNotes(),
    vocabulary: vocabulary()
  }
  const log = { warn: () => undefined } as unknown as Logger
  return storeBulk({ ...writing, db, redis, log, limit: 64 * 1024 ** 2 }, bulk)
}

/** @returns how many rows were computed */
export async function rollUpAll(db: Pool, now: number): Promise<number> {
  let computed = 0
  for (const tier of [MINUTES, HOURS]) {
    for (let step: number | undefined = 1; step; computed += step ?? 0) {
      step = await rollUpStep(db, partitionKeeper(db), tier, now)
    }
  }
  return computed
}
