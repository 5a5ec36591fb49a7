/** Clears away what test runs that were killed or interrupted have left: their programs and their files. */
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopLeftovers } from '../local/leftovers.ts'
import { identityOf } from '../local/process-identity.ts'

/** What the directory of a test run begins with; it lies in the system's temporary directory. */
const PREFIX = 'miniobserv-test-'

/** A new directory for what a run of tests starts, marked as this process's. */
export function makeRunDirectory(): string {
  const home = mkdtempSync(join(tmpdir(), PREFIX))
  const owner = { pid: process.pid, identity: identityOf(process.pid) }
  writeFileSync(join(home, 'owner.json'), JSON.stringify(owner))
  return home
}

/** Leaves alone the runs that still go on, and those of other users. */
export async function clearLeftoverRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const home = join(tmpdir(), name)
    try {
      if (lstatSync(home).uid !== process.getuid?.()) continue // another user's records say nothing to us
      const owner = JSON.parse(readFileSync(join(home, 'owner.json'), 'utf8')) as {
        pid: number
        identity: string
      }
      if (identityOf(owner.pid) === owner.identity) continue
      await stopLeftovers(home)
      rmSync(home, { recursive: true, force: true })
    } catch {
      // One that is just being made, or just being removed.
    }
  }
}
