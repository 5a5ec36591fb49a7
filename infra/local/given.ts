/** Looks at once whether a PostgreSQL or Redis that somebody set can be used: the server would wait a minute for it. */
import { Redis } from 'ioredis'
import pg from 'pg'

/** @throws saying why not */
export async function checkDatabase(url: string, named = 'PostgreSQL of DATABASE_URL'): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined) // it also rejects what waits for it
  try {
    await client.connect()
    await client.query('select 1')
  } catch (error) {
    throw new Error(`The ${named} cannot be used: ${reason(error)}`)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** @throws saying why not */
export async function checkRedis(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: 10_000, retryStrategy: () => null })
  let failure: unknown
  redis.on('error', (error) => {
    failure = error // says more than the "connection is closed" that the calls reject with
  })
  try {
    await redis.connect()
    await redis.ping()
  } catch (error) {
    throw new Error(`The Redis of REDIS_URL cannot be used: ${reason(failure ?? error)}`)
  } finally {
    redis.disconnect()
  }
}

/** An address with several numbers fails with one error for each, and no message of its own. */
function reason(error: unknown): string {
  const { message, errors } = error as AggregateError
  return message || (errors?.[0] as Error | undefined)?.message || String(error)
}
