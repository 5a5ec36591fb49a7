/** Gives each test a database of its own. */
import { randomBytes } from 'node:crypto'
import { openPool, type Pool } from '@miniobserv/db'
import { inject } from 'vitest'

export interface TestDatabase {
  url: string
  pool: Pool
  close(): Promise<void>
}

/** A migrated, empty database, cloned from the template; `close` drops it, whoever may still be connected. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('databaseUrl')
  const name = `test_${randomBytes(8).toString('hex')}`
  await command(server, `create database ${name} template ${inject('templateDatabase')}`)
  const at = new URL(server)
  at.pathname = `/${name}`
  const pool = openPool(at.href, { name: 'test', max: 5, onError: () => undefined })
  const close = async () => {
    await pool.end()
    await command(server, `drop database if exists ${name} with (force)`)
  }
  return { url: at.href, pool, close }
}

async function command(url: string, sql: string): Promise<void> {
  const pool = openPool(url, { name: 'testkit', max: 1, onError: () => undefined })
  await pool.query(sql).finally(() => pool.end())
}
