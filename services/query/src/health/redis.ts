/** What the health page shows of Redis: the streams, the writers that read them, the dead letters, and its memory. */
import type { HealthAnswer } from '@miniobserv/protocol'
import { readDeadStanding, readReaders, readStreams } from '@miniobserv/stream'
import type { Redis } from 'ioredis'

/** A writer asks for work twice a second; one that stores a large bulk, or waits for its database, takes longer. */
const SILENT_AFTER = 15_000

export type RedisStanding = Pick<HealthAnswer, 'streams' | 'writers' | 'dead' | 'redis'> & {
  version: string | null
}

export const NO_REDIS: RedisStanding = {
  streams: [],
  writers: [],
  dead: { letters: null, oldest: null, reason: null },
  redis: { used: null, most: null },
  version: null
}

/** @throws what Redis throws when it is away */
export async function redisStanding(redis: Redis): Promise<RedisStanding> {
  const [streams, readers, dead, memory, server] = await Promise.all([
    readStreams(redis),
    readReaders(redis),
    readDeadStanding(redis),
    redis.info('memory'),
    redis.info('server')
  ])
  const writers = readers
    // Who was killed never leaves the group; with nothing in hand, it is forgotten.
    .filter(({ taken, idle }) => taken > 0 || idle !== null)
    .map((reader) => ({
      ...reader,
      status: (reader.idle ?? SILENT_AFTER) < SILENT_AFTER ? ('reading' as const) : ('silent' as const)
    }))
  return {
    ...{ streams, writers, dead },
    redis: { used: Number(member(memory, 'used_memory')), most: Number(member(memory, 'maxmemory')) },
    version: member(server, 'valkey_version') ?? member(server, 'redis_version') ?? null
  }
}

const member = (info: string, name: string): string | undefined =>
  new RegExp(`^${name}:([^\\r\\n]+)`, 'm').exec(info)?.[1]
