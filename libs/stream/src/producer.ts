/** The gateway's end of a stream. */
import type { Redis } from 'ioredis'
import { type Entry, encodeEntries, encodeEntry } from './codec.ts'
import { type Layout, layoutKey } from './layout.ts'
import type { StreamName } from './names.ts'

/** A layout outlives its last use by this, in seconds: longer than any backlog that a writer may still have to read. */
export const LAYOUT_LIFE = 8 * 24 * 60 * 60

/**
 * Appends one batch; when it returns, Redis has it. A layout that the batch brings goes first and in the
 * same transaction, so that no writer reads a batch whose layout it cannot find.
 */
export async function append(redis: Redis, stream: StreamName, entry: Entry, layout?: Layout): Promise<void> {
  const fields = encodeEntry(entry)
  if (!layout) {
    await redis.xadd(stream, '*', ...fields)
    return
  }
  const replies = await redis
    .multi()
    .set(layoutKey(layout.hash), layout.canonical, 'EX', LAYOUT_LIFE)
    .xadd(stream, '*', ...fields)
    .exec()
  for (const [error] of replies ?? []) if (error) throw error
}

export interface Producer {
  /** Appends one batch, together with others that come at nearly the same time; when it returns, Redis has it. */
  append(stream: StreamName, entry: Entry): Promise<void>
}

/**
 * How long the first batch of an entry waits for others, in ms. Everything that handles entries, from here to the
 * writer's acknowledgement, then costs once what it would cost for each.
 */
const GATHER_MS = 5

/** Of one entry: more would not make a batch cheaper. */
const MOST = { batches: 64, bytes: 256 * 1024 }

export function createProducer(redis: Redis): Producer {
  const gathering = new Map<StreamName, ReturnType<typeof gather>>()

  function gather(stream: StreamName) {
    const entries: Entry[] = []
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const send = (): void => {
      clearTimeout(timer)
      gathering.delete(stream)
      redis.xadd(stream, '*', ...encodeEntries(entries)).then(() => resolve(), reject)
    }
    const timer = setTimeout(send, GATHER_MS)
    return { entries, bytes: 0, sent: promise, send }
  }

  return {
    append(stream, entry) {
      let group = gathering.get(stream)
      if (!group) {
        group = gather(stream)
        gathering.set(stream, group)
      }
      group.entries.push(entry)
      group.bytes += entry.body.length
      if (group.entries.length >= MOST.batches || group.bytes >= MOST.bytes) group.send()
      return group.sent
    }
  }
}
