/** The PostgreSQL that needs no installation: for `npm run up` and for the tests. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { kept } from './kept.ts'
import { end } from './leftovers.ts'
import { postgresAccount, reachable } from './postgres-account.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { createCluster } from './postgres-create.ts'
import { identityOf, worksIn } from './process-identity.ts'
import { type Program, startProgram, untilReady } from './program.ts'

export interface LocalPostgres extends Program {
  url: string
}

export interface PostgresOptions {
  /** The directory of all that is kept, absolute; the data goes to `postgres/` in it. */
  home: string
  /** For tests: nothing needs to survive a crash of the machine. */
  throwaway?: boolean
}

const DATABASE = 'miniobserv'

/** For a laptop that does other things too. `synchronous_commit` stays on: what was acknowledged is on the disk. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  wal_level: 'minimal',
  max_wal_senders: '0',
  random_page_cost: '1.1',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
  timezone: 'UTC'
}

const THROWAWAY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/**
 * Starts PostgreSQL on the data in `home`, which it makes the first time, and resolves when the database `miniobserv`
 * can be used. It listens on 127.0.0.1 alone and asks for a generated password.
 *
 * @throws where no packaged PostgreSQL runs here, or this one does not start: with the last lines of its log.
 */
export async function startPostgres({ home, throwaway = false }: PostgresOptions): Promise<LocalPostgres> {
  const data = join(home, 'postgres')
  const account = postgresAccount(data)
  const { initdb, postgres } = postgresBinaries(account)
  if (existsSync(data)) await endLeftover(data)
  else await createCluster({ data, initdb, account, user: DATABASE, durable: !throwaway })
  const { port, password } = await kept(join(data, 'miniobserv.json'))
  const settings = Object.entries({ ...SETTINGS, port: String(port), ...(throwaway ? THROWAWAY : {}) })
  const program = await startProgram({
    name: 'postgres',
    home,
    command: postgres,
    args: [
      '-D',
      reachable(data, account),
      ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])
    ],
    env: { PATH: process.env.PATH },
    cwd: data,
    account,
    stopSignal: 'SIGINT', // "fast": ends the sessions, writes a checkpoint
    hurrySignal: 'SIGQUIT', // "immediate": the next start replays its log
    grace: 30_000
  })
  const at = (name: string) => `postgres://${DATABASE}:${password}@127.0.0.1:${port}/${name}`
  await untilReady(program, () => makeDatabase(at('postgres')))
  return { ...program, url: at(DATABASE) }
}

/** One that a killed start left on this data, recorded or not, is stopped; a lock file without its owner is removed. */
async function endLeftover(data: string): Promise<void> {
  const lock = join(data, 'postmaster.pid')
  if (!existsSync(lock)) return
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10)
  const identity = identityOf(pid)
  if (identity && worksIn(pid, data)) await end(pid, identity, 'SIGINT', 30_000)
  rmSync(lock, { force: true })
}

/** False while PostgreSQL does not answer yet. */
async function makeDatabase(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined) // it also rejects the call that is waiting
  try {
    await client.connect()
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
    return true
  } catch (error) {
    const { code } = error as { code?: string }
    const starting = code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === '57P03'
    if (starting) return false
    throw error
  } finally {
    await client.end().catch(() => undefined)
  }
}
