/** CPU time by mode and the number of cores, from /proc/stat. */
import { METRICS } from '@miniobserv/protocol'
import { type Collect, type Read, ratio, type Sample } from './sample.ts'

/** OpenTelemetry's modes and the columns of the `cpu` line that each sums (proc_stat(5)). Guests are within user. */
const MODES: Record<string, number[]> = {
  user: [1],
  nice: [2],
  system: [3],
  idle: [4],
  iowait: [5],
  interrupt: [6, 7],
  steal: [8]
}

export function cpu(read: Read): Collect {
  const share = createShares()
  return () => {
    const lines = read('proc/stat').split('\n')
    const columns = lines[0]?.split(/\s+/).map(Number) ?? []
    const ticks = Object.values(MODES).map((of) => of.reduce((sum, at) => sum + (columns[at] ?? 0), 0))
    const cores = lines.filter((line) => /^cpu\d/.test(line)).length
    return cpuSamples(Object.keys(MODES), share(ticks), cores)
  }
}

export function cpuSamples(modes: string[], shares: (number | null)[], cores: number): Sample[] {
  return [
    ...modes.map((mode, index) => ({
      metric: METRICS.cpuUtilization,
      labels: { 'cpu.mode': mode },
      value: shares[index] ?? null
    })),
    { metric: METRICS.cpuLogicalCount, value: cores }
  ]
}

/**
 * The part of all time since the last call that each counter took; together 1. Linux now and then takes back a little
 * of iowait, idle or steal: that counts as none. When the sum fell, the counters were reset, and all are null.
 */
export function createShares(): (counters: number[]) => (number | null)[] {
  let before: number[] | undefined
  return (counters) => {
    const last = before
    before = counters
    const sum = (of: number[]) => of.reduce((total, each) => total + each, 0)
    if (last === undefined || sum(counters) <= sum(last)) return counters.map(() => null)
    const spent = counters.map((counter, index) => Math.max(0, counter - (last[index] ?? 0)))
    const all = sum(spent)
    return spent.map((each) => ratio(each / all))
  }
}
