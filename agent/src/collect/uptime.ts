/** Seconds since the host started, from /proc/uptime. */
import { METRICS } from '@miniobserv/protocol'
import type { Collect, Read } from './sample.ts'

export const uptime =
  (read: Read): Collect =>
  () => [{ metric: METRICS.uptime, value: Number(read('proc/uptime').split(' ')[0]) }]
