/** How much CPU time processes have used, from /proc: by role, with their threads and children, ended ones included. */
import { readFileSync } from 'node:fs'
import { childrenOf } from '../e2e/chaos/kill.ts'

/** CPU seconds by role. */
export type CpuSeconds<Role extends string> = Record<Role, number>

export interface CpuMeter<Role extends string> {
  /** Since the meter was made, or since the last `restart`. */
  read(): CpuSeconds<Role>
  restart(): void
}

/** @param pids of each role; a process that is started later is not seen, its parent's children are */
export function cpuMeter<Role extends string>(pids: Record<Role, number[]>): CpuMeter<Role> {
  const roles = Object.keys(pids) as Role[]
  const now = () =>
    Object.fromEntries(
      roles.map((role) => [role, pids[role].reduce((sum, pid) => sum + treeSeconds(pid), 0)])
    ) as CpuSeconds<Role>
  let before = now()
  return {
    read() {
      const after = now()
      return Object.fromEntries(roles.map((role) => [role, after[role] - before[role]])) as CpuSeconds<Role>
    },
    restart() {
      before = now()
    }
  }
}

/** A child's time moves to its parent's account when it ends, so that the sum never loses any. */
function treeSeconds(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, each) => sum + cpuSeconds(each), 0)
}

/** proc_pid_stat(5): fields 14 to 17, in hundredths of a second; with what ended children took. 0 where there is no /proc. */
export function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / 100
  } catch {
    return 0
  }
}
