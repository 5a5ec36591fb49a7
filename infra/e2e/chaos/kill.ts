/** Ends a process as a crash does: no handler runs, nothing is flushed. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { identityOf } from '../../local/process-identity.ts'

/** kill -9. */
export function killOne(pid: number): void {
  signal(pid, 'SIGKILL')
}

/**
 * kill -9 of a process and all its children, as when their machine dies: the parent is halted first, so that it makes
 * no further ones. Resolves when none is left; PostgreSQL would not start again before.
 */
export async function killTree(pid: number): Promise<void> {
  signal(pid, 'SIGSTOP')
  const children = childrenOf(pid).map((child) => ({ child, identity: identityOf(child) }))
  for (const { child } of children) signal(child, 'SIGKILL')
  signal(pid, 'SIGKILL')
  while (children.some(({ child, identity }) => identity && identityOf(child) === identity)) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // gone already
  }
}

export function childrenOf(pid: number): number[] {
  if (process.platform !== 'linux') {
    const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    return table.split('\n').flatMap((line) => {
      const [child, parent] = line.trim().split(/\s+/).map(Number)
      return parent === pid && child ? [child] : []
    })
  }
  return readdirSync('/proc').flatMap((entry) => (parentOf(entry) === pid ? [Number(entry)] : []))
}

function parentOf(entry: string): number | undefined {
  if (!/^\d+$/.test(entry)) return undefined
  try {
    const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
    // proc_pid_stat(5): after the name in parentheses come the state and the parent.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}
