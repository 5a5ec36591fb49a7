/** What the writers' group hands out, and the three ends it can come to: acknowledged, buried, or left to others. */
import type { Redis } from 'ioredis'
import type { Entry } from './codec.ts'
import { GROUP, STREAMS, type StreamName } from './names.ts'

/** One batch of an entry of a stream. Batches of the same entry come and go together. */
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

/** An acknowledged entry is stored, so nothing needs it any more: it goes from the stream too. */
export async function acknowledge(
  redis: Redis,
  entries: readonly Pick<Delivery, 'stream' | 'id'>[]
): Promise<void> {
  const byStream = Map.groupBy(entries, ({ stream }) => stream)
  if (byStream.size === 0) return
  const commands = redis.multi()
  for (const [stream, ofStream] of byStream) {
    const ids = [...new Set(ofStream.map(({ id }) => id))]
    commands.xack(stream, GROUP, ...ids).xdel(stream, ...ids)
  }
  for (const [error] of (await commands.exec()) ?? []) if (error) throw error
}

/** Bytes of bodies, still compressed. */
export const sizeOf = (deliveries: readonly Delivery[]): number =>
  deliveries.reduce((sum, { entry }) => sum + entry.body.length, 0)

/** Whether both are of one entry of a stream. */
const together = (a: Delivery, b: Delivery): boolean => a.id === b.id && a.stream === b.stream

/** Cuts a read into bulks of so many batches and bytes, entries whole: they fit into memory once they are unpacked. */
export function* partsOf(
  deliveries: readonly Delivery[],
  most: { batches: number; bytes: number }
): Generator<Delivery[]> {
  let part: Delivery[] = []
  let bytes = 0
  for (const delivery of deliveries) {
    const size = delivery.entry.body.length
    const last = part.at(-1)
    if (last && !together(last, delivery) && (part.length >= most.batches || bytes + size > most.bytes)) {
      yield part
      part = []
      bytes = 0
    }
    part.push(delivery)
    bytes += size
  }
  if (part.length > 0) yield part
}

/** Only a consumer without pending entries may leave: Redis would forget those along with it. */
export async function leaveGroup(redis: Redis, stream: StreamName, name: string): Promise<void> {
  const pending = await redis.xpending(stream, GROUP, '-', '+', 1, name)
  if (pending.length === 0) await redis.xgroup('DELCONSUMER', stream, GROUP, name)
}

/** Puts an entry that cannot be stored among the dead letters: its stream, id, reason and fields as they were. */
export async function bury(
  redis: Redis,
  stream: StreamName,
  id: string,
  fields: (string | Buffer)[],
  reason: string
): Promise<void> {
  await redis.xadd(STREAMS.dead, '*', 'stream', stream, 'id', id, 'reason', reason, ...fields)
}
