/** How the streams stand: what waits in them, who reads them, and how much room there is. Reading it changes nothing. */
import type { Redis } from 'ioredis'
import { GROUP, STREAMS, type StreamName } from './names.ts'
import { idleTimes } from './presence.ts'

export interface StreamStanding {
  name: StreamName
  /** Entries that are not stored yet: what is stored is deleted at once. */
  entries: number
  /** When the oldest of them came, epoch ms. */
  oldest: number | null
}

export interface ReaderStanding {
  name: string
  /** Entries that it took and has not acknowledged. */
  taken: number
  /** How long ago it last asked for entries, ms; null for an hour or more. */
  idle: number | null
}

const READ = [STREAMS.metrics, STREAMS.logs] as const

export const readStreams = (redis: Redis): Promise<StreamStanding[]> =>
  Promise.all(READ.map(async (name) => ({ name, ...(await lengthAndOldest(redis, name)) })))

/** The writers of the group, those too that were killed and never left it. */
export async function readReaders(redis: Redis): Promise<ReaderStanding[]> {
  const taken = new Map<string, number>()
  for (const stream of READ) {
    const rows = (await redis.xinfo('CONSUMERS', stream, GROUP).catch(noGroup)) as (string | number)[][]
    for (const row of rows) {
      const of = (field: string) => row[row.indexOf(field) + 1]
      const name = String(of('name'))
      taken.set(name, Number(of('pending')) + (taken.get(name) ?? 0))
    }
  }
  const names = [...taken.keys()].sort()
  const idle = await idleTimes(redis, names)
  return names.map((name, i) => ({ name, taken: taken.get(name) ?? 0, idle: idle[i] ?? null }))
}

/** How many dead letters there are, and when the oldest was buried and why. */
export async function readDeadStanding(
  redis: Redis
): Promise<{ letters: number; oldest: number | null; reason: string | null }> {
  const [{ entries, oldest }, first] = await Promise.all([
    lengthAndOldest(redis, STREAMS.dead),
    redis.xrange(STREAMS.dead, '-', '+', 'COUNT', 1)
  ])
  const fields = first[0]?.[1] ?? []
  const at = fields.indexOf('reason')
  return { letters: entries, oldest, reason: at === -1 ? null : (fields[at + 1] ?? null) }
}

async function lengthAndOldest(redis: Redis, name: StreamName) {
  const [entries, first] = await Promise.all([redis.xlen(name), redis.xrange(name, '-', '+', 'COUNT', 1)])
  const id = first[0]?.[0]
  return { entries, oldest: id === undefined ? null : Number(id.split('-')[0]) }
}

/** Before the first writer there is neither stream nor group. */
function noGroup(error: Error): never[] {
  if (/NOGROUP|no such key/i.test(error.message)) return []
  throw error
}
