/** The processors: what they do, and what waits for them. */
import { texts } from '../../../texts.ts'
import { type Area, lines, parts, sum } from '../panel.ts'

const words = texts.charts

/** In the order of their length, which is that of their names. */
const LOADS: Record<string, string> = {
  'system.cpu.load_average.1m': words.loads.one,
  'system.cpu.load_average.5m': words.loads.five,
  'system.cpu.load_average.15m': words.loads.fifteen
}

export const cpu: Area = {
  id: 'cpu',
  title: words.cpu,
  panels: [
    parts({
      ...{ title: words.busy, unit: '1', metric: 'system.cpu.utilization', label: 'cpu.mode' },
      colors: { user: 1, system: 2, iowait: 6, steal: 4, interrupt: 3, nice: 8 },
      always: ['user', 'system', 'iowait'],
      headline: sum,
      ceiling: 1
    }),
    lines({
      ...{ title: words.load, unit: '{thread}', metric: 'system.cpu.load_average.1m', by: ['host'] },
      beside: ['system.cpu.load_average.5m', 'system.cpu.load_average.15m'],
      name: (_, metric) => LOADS[metric] ?? metric,
      headline: (values) => values[0] ?? null,
      usual: 3
    })
  ]
}
