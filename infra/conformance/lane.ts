/** A database of one edition for the conformance suite to run on, and what that edition calls itself. */
import { randomBytes } from 'node:crypto'
import { migrate, openPool, type Pool, readEdition } from '@miniobserv/db'

export interface Lane {
  pool: Pool
  close(): Promise<void>
}

export type Kind = 'plain' | 'apache' | 'community'

/** A migrated database of its own on this server; `close` drops it. */
export async function laneOn(serverUrl: string): Promise<Lane & { url: string }> {
  const name = `conformance_${randomBytes(6).toString('hex')}`
  await onServer(serverUrl, `create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const first = openPool(url.href, { name: 'conformance', max: 1, onError: () => undefined })
  await migrate(first).finally(() => first.end())
  // Opened after the migrations: what they keep with the role holds for new connections.
  const pool = openPool(url.href, { name: 'conformance', max: 5, onError: () => undefined })
  return {
    url: url.href,
    pool,
    async close() {
      await pool.end()
      await onServer(serverUrl, `drop database if exists ${name} with (force)`)
    }
  }
}

async function onServer(url: string, sql: string): Promise<void> {
  const pool = openPool(url, { name: 'conformance', max: 1, onError: () => undefined })
  await pool.query(sql).finally(() => pool.end())
}

/** @returns what kind it is, and its name: `PostgreSQL 17.12 with TimescaleDB 2.19.3 (Apache)` */
export async function readKind(pool: Pool): Promise<{ kind: Kind; name: string }> {
  const { rows } = await pool.query<{ server: string; extension: string | null; license: string | null }>(
    `select split_part(current_setting('server_version'), ' ', 1) as server,
            (select extversion from pg_extension where extname = 'timescaledb') as extension,
            current_setting('timescaledb.license', true) as license`
  )
  const { server, extension, license } = rows[0] ?? {}
  if ((await readEdition(pool)) === 'native') {
    return { kind: 'plain', name: `plain PostgreSQL ${server}, native partitions` }
  }
  const kind = license === 'apache' ? 'apache' : 'community'
  const says = kind === 'apache' ? 'Apache' : 'Community, columnstore'
  return { kind, name: `TimescaleDB ${extension} (${says}) in PostgreSQL ${server}` }
}
