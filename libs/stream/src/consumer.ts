/** The writer's end of the streams: reads in bulk, and acknowledges only what its handler has finished with. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { decodeEntry, type Entry, encodeEntry } from './codec.ts'
import { GROUP, STREAMS, type StreamName } from './names.ts'

export interface Delivery {
  stream: StreamName
  /** The entry's id in its stream. */
  id: string
  entry: Entry
}

/** A delivery that can never be stored, and why. */
export interface Refused {
  delivery: Delivery
  reason: string
}

export interface ConsumerOptions {
  /** For commands that answer at once. */
  redis: Redis
  /** A connection of its own, for reads that wait. */
  blocking: Redis
  /** This consumer's name in the group; two that live at the same time must not share one. */
  name: string
  streams: readonly StreamName[]
  /** Entries of each stream in one bulk at most. */
  bulk: number
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
const PAUSE = { first: 200, longest: 10_000 }

/** Starts reading, and goes on through every fault of Redis or of the handler until it is stopped. */
export function startConsumer(options: ConsumerOptions): Consumer {
  const { redis, blocking, name, streams, bulk, claimAfter, handle, onError } = options
  const stopping = new AbortController()
  let claimDue = 0

  async function joinGroup(): Promise<void> {
    for (const stream of streams) {
      await redis.xgroup('CREATE', stream, GROUP, '0', 'MKSTREAM').catch((error: Error) => {
        if (!error.message.startsWith('BUSYGROUP')) throw error
      })
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
    const now = performance.now()
    if (now >= claimDue) {
      const claimed = await claim()
      if (claimed.length > 0) return claimed
      claimDue = now + claimAfter / 3
    }
    const reply = await blocking.xreadgroupBuffer(
      ...(['GROUP', GROUP, name, 'COUNT', bulk, 'BLOCK', BLOCK_MS, 'STREAMS'] as const),
      ...streams,
      ...streams.map(() => '>')
    )
    return (reply as [Buffer, Raw][] | null)?.map(([key, raw]) => [String(key) as StreamName, raw]) ?? []
  }

  async function decode(read: [StreamName, Raw][]): Promise<Delivery[]> {
    const deliveries: Delivery[] = []
    for (const [stream, raw] of read) {
      for (const [id, fields] of raw) {
        if (!fields) continue // deleted since it was delivered: someone else stored it
        try {
          deliveries.push({ stream, id: String(id), entry: decodeEntry(fields) })
        } catch (error) {
          await bury(redis, stream, String(id), fields, (error as Error).message)
          await acknowledge(redis, stream, [String(id)])
        }
      }
    }
    return deliveries
  }

  /** Tries until it works or the consumer is stopped; what is left then stays pending and is claimed later. */
  async function persist(work: () => Promise<void>): Promise<boolean> {
    for (let pause = PAUSE.first; ; pause = Math.min(pause * 2, PAUSE.longest)) {
      try {
        await work()
        return true
      } catch (error) {
        if (stopping.signal.aborted) return false
        onError(error as Error, pause)
        await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }

  async function run(): Promise<void> {
    await persist(joinGroup)
    while (!stopping.signal.aborted) {
      let deliveries: Delivery[] = []
      await persist(async () => {
        deliveries = await read().then(decode, async (error: Error) => {
          // Redis came back empty: the group is made again, and reading goes on.
          if (error.message.startsWith('NOGROUP')) await joinGroup()
          throw error
        })
      })
      if (deliveries.length === 0) continue
      let refused: Refused[] = []
      const finished = await persist(async () => {
        refused = await handle(deliveries)
      })
      if (!finished) return
      for (const { delivery, reason } of refused) {
        const { stream, id, entry } = delivery
        await persist(() => bury(redis, stream, id, encodeEntry(entry), reason))
      }
      for (const stream of streams) {
        const ids = deliveries.filter((delivery) => delivery.stream === stream).map(({ id }) => id)
        if (ids.length > 0) await persist(() => acknowledge(redis, stream, ids))
      }
    }
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
      for (const stream of streams) await leaveGroup(redis, stream, name).catch(() => {})
    }
  }
}

/** An acknowledged entry is stored, so nothing needs it any more: it goes from the stream too. */
async function acknowledge(redis: Redis, stream: StreamName, ids: string[]): Promise<void> {
  const replies = await redis
    .multi()
    .xack(stream, GROUP, ...ids)
    .xdel(stream, ...ids)
    .exec()
  for (const [error] of replies ?? []) if (error) throw error
}

/** Only a consumer without pending entries may leave: Redis would forget those along with it. */
async function leaveGroup(redis: Redis, stream: StreamName, name: string): Promise<void> {
  const pending = await redis.xpending(stream, GROUP, '-', '+', 1, name)
  if (pending.length === 0) await redis.xgroup('DELCONSUMER', stream, GROUP, name)
}

/** Puts an entry that cannot be stored among the dead letters: its stream, id, reason and fields as they were. */
async function bury(
  redis: Redis,
  stream: StreamName,
  id: string,
  fields: (string | Buffer)[],
  reason: string
): Promise<void> {
  await redis.xadd(STREAMS.dead, '*', 'stream', stream, 'id', id, 'reason', reason, ...fields)
}
