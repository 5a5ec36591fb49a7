/** Statements that end with their request: after a time, or when whoever asked has gone. */
import { type Pool, type PoolClient, transaction } from './pool.ts'

/** SQLSTATE query_canceled. */
const CANCELED = '57014'

export const wasCanceled = (error: unknown): boolean => (error as { code?: string }).code === CANCELED

export interface Patience {
  /** For each statement, ms. */
  timeout: number
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal
}

/** Its statements throw what PostgreSQL throws; `wasCanceled` tells whether one ran out of time or was aborted. */
export type Reading = Pick<PoolClient, 'query'>

/**
 * Runs `work` on one connection; an abort cancels the statement that runs.
 * Compiling to machine code is off: it takes longer than these statements do.
 */
export async function reading<T>(
  db: Pool,
  { timeout, signal }: Patience,
  work: (reading: Reading) => Promise<T>
): Promise<T> {
  signal.throwIfAborted()
  return transaction(db, async (client) => {
    const { rows } = await client.query(
      `select pg_backend_pid() as pid, set_config('statement_timeout', $1, true), set_config('jit', 'off', true),
              set_config('transaction_read_only', 'on', true)`,
      [String(timeout)]
    )
    let canceled: Promise<unknown> | undefined
    const cancel = () => {
      canceled = db.query('select pg_cancel_backend($1)', [rows[0].pid]).catch(() => undefined)
    }
    // Aborted meanwhile, it would tell nobody any more.
    signal.throwIfAborted()
    signal.addEventListener('abort', cancel, { once: true })
    try {
      return await work(client)
    } finally {
      signal.removeEventListener('abort', cancel)
      // Later it would hit whoever has the connection next.
      await canceled
    }
  })
}
