/** Reads a stream and, at the same instant, how far it has come: only both together tell whether an entry was missed. */
import type { StreamName } from '@miniobserv/stream'
import type { Redis } from 'ioredis'
import type { Position } from './position.ts'

export type Raw = [id: Buffer, fields: Buffer[]][]

export interface Standing {
  /** The newest id that the stream ever gave. */
  last: Position
  /** How many entries it ever got; undefined where Redis does not count them (before version 7). */
  added: number | undefined
}

/** What is in the stream, that is: not stored yet; the newest entries of it, in the order of the stream. */
export async function lookAtStart(redis: Redis, stream: StreamName, count: number) {
  const replies = await redis
    .multi()
    .xrevrangeBuffer(stream, '+', '-', 'COUNT', count)
    .xinfo('STREAM', stream)
    .exec()
  const early = (replies?.[0]?.[1] ?? []) as Raw
  return { early: early.reverse(), standing: standingOf(replies?.[1]?.[1]) }
}

/** What came after `position`. */
export async function lookOn(redis: Redis, stream: StreamName, position: Position, count: number) {
  const replies = await redis
    .multi()
    .xreadBuffer('COUNT', count, 'STREAMS', stream, position)
    .xinfo('STREAM', stream)
    .exec()
  return { raw: entriesOf(replies?.[0]?.[1]), standing: standingOf(replies?.[1]?.[1]) }
}

/** Waits for what comes after `position`, up to `ms`. */
export async function waitOn(
  redis: Redis,
  stream: StreamName,
  position: Position,
  count: number,
  ms: number
) {
  return entriesOf(await redis.xreadBuffer('COUNT', count, 'BLOCK', ms, 'STREAMS', stream, position))
}

const entriesOf = (reply: unknown): Raw => (reply as [Buffer, Raw][] | null | undefined)?.[0]?.[1] ?? []

/** A stream that is not there yet answers with an error, and has had nothing. */
function standingOf(reply: unknown): Standing {
  const facts = new Map<string, unknown>()
  const list = Array.isArray(reply) ? reply : []
  for (let i = 0; i + 1 < list.length; i += 2) facts.set(String(list[i]), list[i + 1])
  if (facts.size === 0) return { last: '0-0', added: 0 }
  const added = facts.get('entries-added')
  return {
    last: String(facts.get('last-generated-id')),
    added: added === undefined ? undefined : Number(added)
  }
}
