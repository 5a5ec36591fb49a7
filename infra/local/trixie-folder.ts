/** A folder with Debian 13 (trixie), PostgreSQL 17 and TimescaleDB's Apache edition in it, for the tests. */
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { installWithApt } from './apt.ts'
import { findOnPath } from './search-path.ts'

/** Outlives the packages and serves every clone: it takes a minute and half a gigabyte. */
export const TRIXIE = '/var/cache/miniobserv/trixie-timescaledb'

const PACKAGE = 'postgresql-17-timescaledb'
const MIRROR = 'http://deb.debian.org/debian'
const LONGEST = 300_000

/**
 * Makes the folder where it is missing. It appears whole, or not at all.
 *
 * @throws saying what is missing here, where it cannot be made: root, debootstrap, the network
 */
export async function trixieFolder(note: (text: string) => void): Promise<string> {
  if (existsSync(TRIXIE)) return TRIXIE
  if (process.platform !== 'linux') throw new Error('this is not Linux')
  if (process.getuid?.() !== 0) throw new Error('only root can make it, with debootstrap')
  if (!hasDebootstrap() && !((await installWithApt('debootstrap')) && hasDebootstrap())) {
    throw new Error('there is no debootstrap here, and none from apt')
  }
  note(`${PACKAGE} into ${TRIXIE}, about a minute, this once`)
  await removeAbandoned()
  const fresh = `${TRIXIE}.${process.pid}`
  mkdirSync(dirname(fresh), { recursive: true, mode: 0o755 })
  try {
    await run('debootstrap', ['--variant=minbase', 'trixie', fresh, MIRROR])
    await install(fresh)
    if (!existsSync(TRIXIE)) renameSync(fresh, TRIXIE) // else another run was quicker
    return TRIXIE
  } finally {
    await remove(fresh)
  }
}

const hasDebootstrap = (): boolean => findOnPath('debootstrap', process.env.PATH).length > 0

async function install(folder: string): Promise<void> {
  // Neither a database of Debian's own, nor anything started as a service.
  mkdirSync(join(folder, 'etc/postgresql-common'), { recursive: true })
  writeFileSync(join(folder, 'etc/postgresql-common/createcluster.conf'), 'create_main_cluster = false\n')
  writeFileSync(join(folder, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n')
  chmodSync(join(folder, 'usr/sbin/policy-rc.d'), 0o755)
  const within = (...command: string[]) => run('chroot', [folder, ...command])
  await within('apt-get', '-q', 'update')
  await within('apt-get', '-q', 'install', '-y', '--no-install-recommends', PACKAGE)
  await within('sh', '-c', 'rm -rf /var/cache/apt/* /var/lib/apt/lists/* /usr/share/doc /usr/share/man')
}

/** @throws with the last line that it printed */
async function run(command: string, args: string[]): Promise<void> {
  let said = ''
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    timeout: LONGEST
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2_000)
    })
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code === 0) return
  const why = said.trim().split('\n').at(-1) || `exit code ${code}`
  throw new Error(`${command} failed: ${why}`)
}

/** What a killed run has left half-made. */
async function removeAbandoned(): Promise<void> {
  const above = dirname(TRIXIE)
  if (!existsSync(above)) return
  for (const name of readdirSync(above)) {
    const [, pid] = name.startsWith(`${basename(TRIXIE)}.`) ? name.split('.') : []
    if (pid && !existsSync(`/proc/${pid}`)) await remove(join(above, name))
  }
}

/** debootstrap mounts these while it works; nothing in them may be removed. */
async function remove(folder: string): Promise<void> {
  for (const mounted of ['proc', 'sys', 'dev/pts']) {
    await run('umount', [join(folder, mounted)]).catch(() => undefined)
  }
  await run('rm', ['-rf', '--one-file-system', folder])
}
