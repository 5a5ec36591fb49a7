/** The handle on PostgreSQL that a process opens once and every function takes as an argument. */
import pg from 'pg'

export type { Pool, PoolClient } from 'pg'

export interface PoolOptions {
  /** Shown in pg_stat_activity. */
  name: string
  /** Connections at most. */
  max?: number
  /** Called when an idle connection breaks; without it such an error would end the process. */
  onError: (error: Error) => void
}

/**
 * Opens a pool; no connection is made yet. `bigint` columns are read as numbers: the only ones here are counts and
 * epoch milliseconds, far below 2^53.
 */
export function openPool(url: string, { name, max = 10, onError }: PoolOptions): pg.Pool {
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, Number)
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max,
    connectionTimeoutMillis: 5_000,
    types
  })
  pool.on('error', onError)
  // One that breaks in use says so twice: to whoever waits for its answer, and as an event, which would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
export async function transaction<T>(db: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await db.connect()
  let broken = false
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    // A connection that cannot even roll back must not go back to the pool.
    await client.query('rollback').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.release(broken)
  }
}
