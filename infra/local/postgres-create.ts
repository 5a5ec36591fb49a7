/** Makes the data directory of the local PostgreSQL, the first time. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Account, reachable } from './postgres-account.ts'

export interface ClusterOptions {
  data: string
  initdb: string
  account: Account | undefined
  /** The database's own superuser. */
  user: string
  durable: boolean
}

/** The data directory appears whole, under its name, or not at all: a start that is killed here leaves no ruin. */
export async function createCluster({ data, initdb, account, user, durable }: ClusterOptions): Promise<void> {
  const fresh = `${data}.new`
  const secret = mkdtempSync(join(tmpdir(), 'miniobserv-'))
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { mode: 0o700, recursive: true })
  try {
    const password = randomBytes(18).toString('base64url')
    const passwordFile = join(secret, 'password')
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
    if (account) for (const path of [fresh, secret, passwordFile]) chownSync(path, account.uid, account.gid)
    const args = [
      `--pgdata=${reachable(fresh, account)}`,
      `--username=${user}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The same order and case rules on every machine, whatever its libraries.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      ...(durable ? [] : ['--no-sync'])
    ]
    const run = (more: string[]) =>
      promisify(execFile)(initdb, [...args, ...more], {
        ...account,
        cwd: fresh,
        env: { PATH: process.env.PATH, LC_ALL: 'C' }
      })
    // pg_trgm still asks the C library what a letter is; without this it sees none in ü or 東. Old systems lack it.
    await run(['--lc-ctype=C.UTF-8']).catch(() => run([]))
    const keep = join(fresh, 'miniobserv.json')
    writeFileSync(keep, JSON.stringify({ password }), { mode: 0o600 })
    if (account) chownSync(keep, account.uid, account.gid)
    renameSync(fresh, data)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    const said = (error as { stderr?: string }).stderr?.trim()
    throw new Error(`PostgreSQL's data directory cannot be made: ${said || (error as Error).message}`)
  } finally {
    rmSync(secret, { recursive: true, force: true })
  }
}
