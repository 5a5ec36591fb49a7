/** How many processes there are, from /proc/stat and the names in /proc. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { METRICS } from '@miniobserv/protocol'
import type { Collect, Read } from './sample.ts'

export function processes(read: Read, root: string): Collect {
  return () => {
    const stat = read('proc/stat')
    const running = /^procs_running (\d+)/m.exec(stat)?.[1]
    const blocked = /^procs_blocked (\d+)/m.exec(stat)?.[1]
    // Only the names: opening each process's own files would cost more than all other collectors together.
    const total = readdirSync(join(root, 'proc')).filter((name) => /^\d+$/.test(name)).length
    const counts = { running: Number(running ?? 0), blocked: Number(blocked ?? 0), total }
    return Object.entries(counts).map(([state, value]) => ({
      metric: METRICS.processCount,
      labels: { 'process.state': state },
      value
    }))
  }
}
