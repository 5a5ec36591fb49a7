/** Ends what a killed start left running, so that the next one finds its directories and ports free. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf } from './process-identity.ts'

/** Who sends is stopped before who receives; what is not listed comes first. */
const ORDER = ['agent.json', 'server.json', 'redis.json', 'postgres.json']

/** Stops every program that has a record in `home` and still runs; resolves with their names. */
export async function stopLeftovers(home: string): Promise<string[]> {
  const directory = join(home, 'run')
  const stopped: string[] = []
  for (const file of records(directory)) {
    const path = join(directory, file)
    const { pid, identity, stopSignal } = read(path)
    if (pid && identity && identityOf(pid) === identity) {
      await end(pid, identity, stopSignal ?? 'SIGTERM')
      stopped.push(file.replace('.json', ''))
    }
    rmSync(path, { force: true })
  }
  return stopped
}

/** Asks a process to stop, kills it when it has not after `grace` ms, and resolves when it is gone. */
export async function end(
  pid: number,
  identity: string,
  signal: NodeJS.Signals,
  grace = 15_000
): Promise<void> {
  const deadline = performance.now() + grace
  let asked: NodeJS.Signals | undefined
  while (identityOf(pid) === identity) {
    const next = performance.now() > deadline ? 'SIGKILL' : signal
    if (asked !== next) {
      process.kill(pid, next)
      asked = next
    }
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

function records(directory: string): string[] {
  try {
    const files = readdirSync(directory).filter((file) => file.endsWith('.json'))
    return files.sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))
  } catch {
    return []
  }
}

interface ProgramRecord {
  pid?: number
  identity?: string
  stopSignal?: NodeJS.Signals
}

function read(path: string): ProgramRecord {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProgramRecord
  } catch {
    return {} // cut off by the kill that left it
  }
}
