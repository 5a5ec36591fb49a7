/** Load averages, from /proc/loadavg. */
import { METRICS } from '@miniobserv/protocol'
import type { Collect, Read, Sample } from './sample.ts'

export const load =
  (read: Read): Collect =>
  () =>
    loadSamples(read('proc/loadavg').split(' ').slice(0, 3).map(Number))

export const loadSamples = (averages: number[]): Sample[] =>
  [METRICS.load1m, METRICS.load5m, METRICS.load15m].map((metric, index) => ({
    metric,
    value: averages[index] ?? null
  }))
