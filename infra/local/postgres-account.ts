/** Whom PostgreSQL runs as: it refuses to be root. */
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'

export interface Account {
  uid: number
  gid: number
}

/**
 * For root: the owner of the data that is already there, else the user `postgres` where the machine has one, else a
 * system user `miniobserv`, made for it. Undefined for everybody else: PostgreSQL then runs as who started it.
 */
export function postgresAccount(data: string): Account | undefined {
  const owner = statSync(data, { throwIfNoEntry: false })
  const me = process.getuid?.()
  if (me !== 0) {
    if (owner && me !== undefined && owner.uid !== me) {
      throw new Error(
        `${data} belongs to another user (${owner.uid}). Start as that user or as root, or give another DATA_DIR.`
      )
    }
    return undefined
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const existing = lookUp('postgres') ?? lookUp('miniobserv')
  if (existing) return existing
  try {
    const flags = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin']
    execFileSync('useradd', [...flags, 'miniobserv'], { stdio: 'pipe' })
  } catch (error) {
    const nobody = lookUp('nobody')
    if (nobody) return nobody
    throw new Error(
      `PostgreSQL cannot run as root, and no user could be made for it (${(error as Error).message.trim()}). ` +
        'Start as another user, or set DATABASE_URL.'
    )
  }
  return lookUp('miniobserv')
}

/**
 * How PostgreSQL, running as `account`, names the data directory that it is started in. The directories above may be
 * closed to that user (a repository below /root); its own working directory never is.
 */
export function reachable(data: string, account: Account | undefined): string {
  return account && process.platform === 'linux' ? '/proc/self/cwd' : data
}

function lookUp(name: string): Account | undefined {
  try {
    const ask = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }))
    return { uid: ask('-u'), gid: ask('-g') }
  } catch {
    return undefined
  }
}
