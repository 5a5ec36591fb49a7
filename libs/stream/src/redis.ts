/** The handle on Redis that a process opens once. */
import { Redis } from 'ioredis'

export interface RedisOptions {
  /** Shown in CLIENT LIST. */
  name: string
  /** For commands that wait on purpose (XREADGROUP BLOCK): they have no deadline of their own. */
  blocking?: boolean
  onError: (error: Error) => void
}

/**
 * Opens a connection that mends itself. A command answers within five seconds or fails: a request whose answer hangs
 * on Redis then becomes a 503 and not a hang. Commands of one turn of the event loop travel together.
 */
export function openRedis(url: string, { name, blocking = false, onError }: RedisOptions): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    enableAutoPipelining: !blocking,
    maxRetriesPerRequest: blocking ? null : 2,
    // A command that waits does so for seconds at most: a socket that is silent for longer leads nowhere any more.
    ...(blocking ? { socketTimeout: 30_000 } : { commandTimeout: 5_000 }),
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 5), 2_000)
  })
  redis.on('error', onError)
  return redis
}
