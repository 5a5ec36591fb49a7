/** Statements that may fail or take too long, within a transaction that goes on all the same. */
import type { PoolClient } from '@miniobserv/db'

/**
 * @param timeout of each statement, ms
 * @throws what `work` throws; the transaction is as if it had never been tried
 */
export async function attempt<T>(
  client: PoolClient,
  timeout: number,
  work: (client: PoolClient) => Promise<T>
): Promise<T> {
  await client.query('savepoint attempt')
  try {
    const { rows } = await client.query<{ before: string }>(
      `select current_setting('statement_timeout') as before, set_config('statement_timeout', $1, true)`,
      [String(timeout)]
    )
    const result = await work(client)
    await client.query(`select set_config('statement_timeout', $1, true)`, [rows[0]?.before])
    await client.query('release attempt')
    return result
  } catch (error) {
    await client.query('rollback to attempt')
    await client.query('release attempt')
    throw error
  }
}
