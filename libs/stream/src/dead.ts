/** The dead letters: batches that no writer could store, kept with the reason until someone looks. */
import type { Redis } from 'ioredis'
import { decodeEntry, type Entry, encodeEntry } from './codec.ts'
import { STREAMS, type StreamName } from './names.ts'

export interface DeadLetter {
  /** Its id among the dead letters; when it was buried is the part before the dash, epoch ms. */
  id: string
  /** Where it came from. */
  stream: StreamName
  reason: string
  /** Undefined where what came was no batch at all. */
  entry: Entry | undefined
}

const OURS = new Set(['stream', 'id', 'reason'])

/** At most `count` of them, oldest first, from `start` on (an id, or `-` for the first). */
export async function readDead(redis: Redis, start = '-', count = 100): Promise<DeadLetter[]> {
  const rows = await redis.xrangeBuffer(STREAMS.dead, start, '+', 'COUNT', count)
  return rows.map(([id, fields]) => letterOf(String(id), fields))
}

function letterOf(id: string, fields: Buffer[]): DeadLetter {
  const of = (name: string): string =>
    String(fields[fields.findIndex((field) => String(field) === name) + 1] ?? '')
  const rest = fields.filter((_, i) => !OURS.has(String(fields[i - (i % 2)])))
  let entry: Entry | undefined
  try {
    entry = decodeEntry(rest)
  } catch {
    // What was buried because it could not be decoded cannot be decoded now either.
  }
  return { id, stream: of('stream') as StreamName, reason: of('reason'), entry }
}

/**
 * Puts a letter back where it came from, in one step: it is never in both places, and never in none. Storing is
 * idempotent, so replaying what had been stored after all changes nothing.
 *
 * @returns false where it was no batch: that stays
 */
export async function replayDead(redis: Redis, { id, stream, entry }: DeadLetter): Promise<boolean> {
  if (!entry) return false
  const replies = await redis
    .multi()
    .xadd(stream, '*', ...encodeEntry(entry))
    .xdel(STREAMS.dead, id)
    .exec()
  for (const [error] of replies ?? []) if (error) throw error
  return true
}

/** @returns how many there were of these ids */
export const dropDead = (redis: Redis, ids: readonly string[]): Promise<number> =>
  redis.xdel(STREAMS.dead, ...ids)
