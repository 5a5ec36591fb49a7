/** One `npm run up` at a time on a data directory. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf } from './process-identity.ts'

/**
 * Marks `home` as in use by this process, which serves at `url`; resolves what undoes it.
 *
 * @throws where another one that still runs has it.
 */
export function claim(home: string, url: string): () => void {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const file = join(home, 'up.json')
  const mine = JSON.stringify({ pid: process.pid, identity: identityOf(process.pid), url })
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const owner = read(file)
    if (owner?.identity && identityOf(owner.pid) === owner.identity) {
      throw new Error(
        `MiniObserv already runs on ${home}: ${owner.url} (process ${owner.pid}).\n` +
          'Stop that one first, or give this one its own: DATA_DIR=… PORT=… npm run up'
      )
    }
    rmSync(file, { force: true }) // its owner was killed
  }
}

function read(file: string): { pid: number; identity: string; url: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
