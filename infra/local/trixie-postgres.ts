/** Runs the PostgreSQL of the trixie folder: changed root, a user and data of its own, everything gone at the end. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { checkDatabase } from './given.ts'
import { freePort } from './ports.ts'
import { startProgram, untilReady } from './program.ts'

const PROGRAMS = '/usr/lib/postgresql/17/bin'
/** Below the folder. */
const DATA = '/var/lib/miniobserv'

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_preload_libraries: 'timescaledb',
  'timescaledb.telemetry_level': 'off',
  dynamic_shared_memory_type: 'mmap', // there is no /dev/shm
  timezone: 'UTC',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off'
}

export interface TrixiePostgres {
  /** With all rights. */
  url: string
  stop(): Promise<void>
}

/**
 * Resolves when it can be used; root only.
 *
 * @param home the directory of this run of tests, whose name its data gets too
 */
export async function startTrixiePostgres(folder: string, home: string): Promise<TrixiePostgres> {
  const run = basename(home)
  removeAbandoned(folder)
  const above = join(folder, DATA, run)
  const data = join(DATA, run, 'data')
  mkdirSync(join(folder, DATA), { recursive: true, mode: 0o755 })
  mkdirSync(above, { mode: 0o700 })
  const password = randomBytes(18).toString('base64url')
  writeFileSync(join(above, 'password'), password, { mode: 0o600 })
  execFileSync('chroot', [folder, 'chown', '-R', 'postgres:postgres', join(DATA, run)])
  const inside = (...command: string[]) => ['--userspec=postgres:postgres', folder, ...command]
  const make = [
    '--no-sync',
    '--auth=scram-sha-256',
    `--pwfile=${DATA}/${run}/password`,
    '--username=miniobserv'
  ]
  const locale = [
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C.UTF-8'
  ]
  execFileSync('chroot', inside(`${PROGRAMS}/initdb`, '-D', data, ...make, ...locale), { stdio: 'pipe' })

  const port = await freePort()
  const settings = Object.entries({ ...SETTINGS, port: String(port) })
  const options = settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const program = await startProgram({
    name: 'trixie-postgres',
    home,
    command: 'chroot',
    args: inside(`${PROGRAMS}/postgres`, '-D', data, ...options),
    stopSignal: 'SIGINT',
    hurrySignal: 'SIGQUIT'
  })
  const url = `postgres://miniobserv:${password}@127.0.0.1:${port}/postgres`
  const answers = () =>
    checkDatabase(url).then(
      () => true,
      () => false
    )
  await untilReady(program, answers)
  return {
    url,
    async stop() {
      await program.stop()
      rmSync(above, { recursive: true, force: true })
    }
  }
}

/** The data of runs whose own directory is gone. */
function removeAbandoned(folder: string): void {
  const above = join(folder, DATA)
  for (const run of existsSync(above) ? readdirSync(above) : []) {
    if (existsSync(join(tmpdir(), run)) || isRunning(join(above, run, 'data/postmaster.pid'))) continue
    rmSync(join(above, run), { recursive: true, force: true })
  }
}

function isRunning(lock: string): boolean {
  if (!existsSync(lock)) return false
  return existsSync(`/proc/${readFileSync(lock, 'utf8').split('\n')[0]}`)
}
