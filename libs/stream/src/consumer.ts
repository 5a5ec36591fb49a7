/** The writer's end of the streams: reads in bulk, and acknowledges only what its handler has finished with. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { decodeEntries, encodeEntry } from './codec.ts'
import { acknowledge, bury, type Delivery, leaveGroup, partsOf, type Refused, sizeOf } from './deliveries.ts'
import { GROUP, type StreamName } from './names.ts'
import { presenceOf } from './presence.ts'

export interface ConsumerOptions {
  /** For commands that answer at once. */
  redis: Redis
  /** A connection of its own, for reads that wait. */
  blocking: Redis
  /** This consumer's name in the group; two that live at the same time must not share one. */
  name: string
  streams: readonly StreamName[]
  /** Entries of each stream in one read, and batches in one call of `handle`, at most; one entry always fits. */
  bulk: number
  /**
   * How long a consumer that keeps up waits before it reads again, in ms: entries that come meanwhile share a bulk,
   * and so a transaction. One that lags behind does not wait.
   */
  linger: number
  /** Bytes of bodies, still compressed, in one call of `handle` at most; one entry always fits. */
  bulkBytes: number
  /** Entries that another consumer took and did not acknowledge for this long, in ms, are taken over. */
  claimAfter: number
  /**
   * Stores the bulk. Returning means that every delivery is stored, except the refused ones, which never will be and
   * go to the dead letters; throwing means that none may be acknowledged: the same bulk comes again after a pause.
   */
  handle(bulk: Delivery[]): Promise<Refused[]>
  onError(error: Error, pauseMs: number): void
}

export interface Consumer {
  /** Finishes the bulk in hand, acknowledges it, leaves the group, and returns. */
  stop(): Promise<void>
}

type Raw = [id: Buffer, fields: Buffer[] | null][]

/** How long a read waits for entries, in ms; also the longest that stopping waits for an idle consumer. */
const BLOCK_MS = 500
const FIRST_COUNT = 16
const PAUSE = { first: 200, longest: 10_000 }

/** Starts reading, and goes on through every fault of Redis or of the handler until it is stopped. */
export function startConsumer(options: ConsumerOptions): Consumer {
  const { redis, blocking, name, streams, bulk, linger, bulkBytes, claimAfter, handle, onError } = options
  const stopping = new AbortController()
  const pause = (ms: number): Promise<unknown> =>
    sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined)
  const presence = presenceOf(redis, name)
  let giveUpReading: (() => void) | undefined
  let claimDue = 0
  /** Doubles while reads come full, so that a backlog is worked off in large bulks; shrinks where they are too large. */
  let count = FIRST_COUNT

  async function joinGroup(): Promise<void> {
    for (const stream of streams) {
      await redis.xgroup('CREATE', stream, GROUP, '0', 'MKSTREAM').catch((error: Error) => {
        if (!error.message.startsWith('BUSYGROUP')) throw error
      })
      // Known from now on, and not only from its first entry.
      await redis.xgroup('CREATECONSUMER', stream, GROUP, name)
    }
  }

  /** Entries that a consumer took and left: a process that was killed between its read and its commit. */
  async function claim(): Promise<[StreamName, Raw][]> {
    const claimed: [StreamName, Raw][] = []
    for (const stream of streams) {
      // On the connection without pipelining: ioredis 6.0.0 loses the name of a called command in its pipelines.
      const reply = await blocking.callBuffer(
        'XAUTOCLAIM',
        stream,
        GROUP,
        name,
        claimAfter,
        '0-0',
        'COUNT',
        bulk
      )
      const entries = (reply as [Buffer, Raw])[1]
      if (entries.length > 0) claimed.push([stream, entries])
    }
    return claimed
  }

  async function read(): Promise<[StreamName, Raw][]> {
    presence.note()
    const now = performance.now()
    if (now >= claimDue) {
      const claimed = await claim()
      if (claimed.length > 0) return claimed
      claimDue = now + claimAfter / 3
    }
    const reply = await blocking.xreadgroupBuffer(
      ...(['GROUP', GROUP, name, 'COUNT', count, 'BLOCK', BLOCK_MS, 'STREAMS'] as const),
      ...streams,
      ...streams.map(() => '>')
    )
    return (reply as [Buffer, Raw][] | null)?.map(([key, raw]) => [String(key) as StreamName, raw]) ?? []
  }

  /** Reads until `giveUpReading`. A race with one promise for all reads would keep what each of them has ever brought. */
  const readOrGiveUp = (): Promise<[StreamName, Raw][]> =>
    new Promise((resolve, reject) => {
      giveUpReading = () => reject(new Error('stopped'))
      read().then(resolve, reject)
    })

  async function decode(read: [StreamName, Raw][]): Promise<Delivery[]> {
    const deliveries: Delivery[] = []
    for (const [stream, raw] of read) {
      for (const [id, fields] of raw) {
        if (!fields) continue // deleted since it was delivered: someone else stored it
        try {
          for (const entry of decodeEntries(fields)) deliveries.push({ stream, id: String(id), entry })
        } catch (error) {
          await bury(redis, stream, String(id), fields, (error as Error).message)
          await acknowledge(redis, [{ stream, id: String(id) }])
        }
      }
    }
    return deliveries
  }

  /** Tries until it works or the consumer is stopped; what is left then stays pending and is claimed later. */
  async function persist(work: () => Promise<void>): Promise<boolean> {
    for (let ms = PAUSE.first; ; ms = Math.min(ms * 2, PAUSE.longest)) {
      try {
        await work()
        return true
      } catch (error) {
        if (stopping.signal.aborted) return false
        onError(error as Error, ms)
        await pause(ms)
      }
    }
  }

  async function run(): Promise<void> {
    await persist(joinGroup)
    while (!stopping.signal.aborted) {
      let deliveries: Delivery[] = []
      let entries = 0
      await persist(async () => {
        const raw = await readOrGiveUp().catch(async (error: Error) => {
          // Redis came back empty: the group is made again, and reading goes on.
          if (error.message.startsWith('NOGROUP')) await joinGroup()
          throw error
        })
        entries = raw.reduce((sum, [, ofStream]) => sum + ofStream.length, 0)
        deliveries = await decode(raw)
      })
      const most = { batches: bulk, bytes: bulkBytes }
      for (const part of partsOf(deliveries, most)) if (!(await settle(part))) return
      const full = entries >= count
      if (sizeOf(deliveries) > bulkBytes) count = Math.max(1, Math.floor(count / 2))
      else count = full ? Math.min(count * 2, bulk) : Math.max(FIRST_COUNT, Math.ceil(count / 2))
      if (!full && deliveries.length > 0) await pause(linger)
    }
  }

  /** Hands a bulk on and acknowledges it; false: stopped before it was handled. */
  async function settle(part: Delivery[]): Promise<boolean> {
    let refused: Refused[] = []
    const handled = await persist(async () => {
      refused = await handle(part)
    })
    if (!handled) return false
    // What is stored goes first: it makes room for the dead letters where Redis is full.
    const unstored = Map.groupBy(refused, ({ delivery }) => `${delivery.stream} ${delivery.id}`)
    const stored = part.filter(({ stream, id }) => !unstored.has(`${stream} ${id}`))
    await persist(() => acknowledge(redis, stored))
    for (const ofEntry of unstored.values()) {
      for (const { delivery, reason } of ofEntry) {
        const { stream, id, entry } = delivery
        await persist(() => bury(redis, stream, id, encodeEntry(entry), reason))
      }
      await persist(() =>
        acknowledge(
          redis,
          ofEntry.map(({ delivery }) => delivery)
        )
      )
    }
    return true
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      // A read that waits for a Redis which is away would never return. What it had taken is claimed by others.
      const late = setTimeout(() => giveUpReading?.(), 2 * BLOCK_MS)
      await running.finally(() => clearTimeout(late))
      if (redis.status !== 'ready') return
      for (const stream of streams) await leaveGroup(redis, stream, name).catch(() => {})
      await presence.leave().catch(() => {})
    }
  }
}
