/** The gateway's end of a stream. */
import type { Redis } from 'ioredis'
import { type Entry, encodeEntry } from './codec.ts'
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
