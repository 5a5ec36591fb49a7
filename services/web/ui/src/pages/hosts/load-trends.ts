/** Asks for the trends of all hosts: four questions, however many hosts there are. */
import { queryMetric } from '../../api/api.ts'
import { MINUTE } from '../../format/time.ts'
import { busy, fullest, MOUNTPOINT, sumByHost, type Trends } from './trends.ts'

const SPAN = 30 * MINUTE
/** Seconds a bucket: some sixty points are all that the width of a word shows. */
const STEP = 30

export async function loadTrends(now: number, signal: AbortSignal): Promise<Trends> {
  const from = now - SPAN
  const [idle, memory, disk, network] = await Promise.all([
    queryMetric(
      { metric: 'system.cpu.utilization', from, step: STEP, by: ['host'], labels: { 'cpu.mode': 'idle' } },
      signal
    ),
    queryMetric({ metric: 'system.memory.utilization', from, step: STEP, by: ['host'] }, signal),
    queryMetric(
      {
        metric: 'system.filesystem.utilization',
        from: now - 5 * MINUTE,
        step: 60,
        by: ['host', MOUNTPOINT],
        agg: 'last'
      },
      signal
    ),
    queryMetric(
      {
        metric: 'system.network.io',
        from,
        step: STEP,
        by: ['host', 'network.interface.name', 'network.io.direction']
      },
      signal
    )
  ])
  return {
    from,
    to: now,
    cpu: new Map(idle.series.map(({ host, points }) => [host ?? '', busy(points)])),
    memory: new Map(memory.series.map(({ host, points }) => [host ?? '', points])),
    disk: fullest(disk.series),
    network: sumByHost(network.series)
  }
}
