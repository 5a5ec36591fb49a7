/** What becomes of a transaction whose connection breaks. */
import { testDatabase } from '@miniobserv/infra/testkit'
import { expect, test } from 'vitest'
import { openPool, transaction } from '../src/index.ts'

test('a connection that breaks in use fails its transaction, not the process; the next one works', async () => {
  const db = await testDatabase()
  const pool = openPool(db.url, { name: 'test', max: 1, onError: () => undefined })
  const breaking = transaction(pool, async (client) => {
    await client.query('select pg_terminate_backend(pg_backend_pid())')
  })
  await expect(breaking).rejects.toThrow('terminat')
  const { rows } = await transaction(pool, (client) => client.query('select 1 as n'))
  expect(rows).toEqual([{ n: 1 }])
  await pool.end()
  await db.close()
})
