/**
 * Tells that a reader of the streams is alive, by a key that lives on for an hour after each read: what is left of its
 * life says when that was, by one clock for all. Redis itself tells it only from 7.2 on.
 */
import type { Redis } from 'ioredis'
import { READER_PREFIX } from './names.ts'

const LIFE = 3_600_000

/** ms. A read comes twice a second. */
const NOTED_EVERY = 1_000

export interface Presence {
  /** It reads; noted once a second at most, and never waited for. */
  note(): void
  leave(): Promise<unknown>
}

export function presenceOf(redis: Redis, name: string): Presence {
  const key = READER_PREFIX + name
  let due = 0
  const renew = async (): Promise<void> => {
    if ((await redis.pexpire(key, LIFE)) === 0) await redis.set(key, '', 'PX', LIFE)
  }
  return {
    note() {
      const now = performance.now()
      if (now < due) return
      due = now + NOTED_EVERY
      // Renewing works in a Redis that is full, too.
      renew().catch(() => undefined)
    },
    leave: () => redis.del(key)
  }
}

/** How long ago each of these last read, ms; null for an hour or more. */
export async function idleTimes(redis: Redis, names: readonly string[]): Promise<(number | null)[]> {
  const left = await Promise.all(names.map((name) => redis.pttl(READER_PREFIX + name)))
  return left.map((ms) => (ms < 0 ? null : LIFE - ms))
}
