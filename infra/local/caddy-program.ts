/** Finds Caddy on this machine, or unpacks Debian's beside the packages. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './repository.ts'
import { findOnPath } from './search-path.ts'

/** Unpacked and not installed: installed, Debian would start it as a service, on port 80, now and after every boot. */
const UNPACKED = join(repository, 'node_modules/.cache/caddy')

/** The file to start, from the PATH, else from apt; undefined where neither has it. */
export function caddyProgram(path: string | undefined): string | undefined {
  const search = () => [...findOnPath('caddy', path), join(UNPACKED, 'usr/bin/caddy')].find(runs)
  return search() ?? (unpack(path) ? search() : undefined)
}

function unpack(path: string | undefined): boolean {
  if (findOnPath('apt-get', path).length === 0) return false
  mkdirSync(UNPACKED, { recursive: true })
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, { cwd: UNPACKED, stdio: 'ignore' }).status === 0
  const download = () => run('apt-get', '-q', 'download', 'caddy')
  // The lists of packages may be missing (a container) or old.
  if (!download() && !(run('apt-get', '-q', 'update') && download())) return false
  const file = readdirSync(UNPACKED).find((name) => name.endsWith('.deb'))
  return file !== undefined && run('dpkg-deb', '-x', file, '.')
}

function runs(file: string): boolean {
  return spawnSync(file, ['version'], { stdio: 'ignore' }).status === 0
}
