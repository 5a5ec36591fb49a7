/** Memory and swap, as parts of what there is. */
import { texts } from '../../../texts.ts'
import { type Area, first, lines, parts } from '../panel.ts'

const words = texts.charts

export const memory: Area = {
  id: 'memory',
  title: words.memory,
  panels: [
    parts({
      ...{ title: words.memoryUse, unit: 'By', metric: 'system.memory.usage', label: 'system.memory.state' },
      colors: { used: 1, cached: 3, buffers: 5, free: null },
      headline: first
    }),
    lines({
      ...{ title: words.pressure, unit: '1', metric: 'system.memory.utilization', by: ['host'] },
      name: () => words.taken,
      headline: first,
      ceiling: 1
    }),
    parts({
      ...{ title: words.swap, unit: 'By', metric: 'system.paging.usage', label: 'system.paging.state' },
      colors: { used: 1, free: null },
      headline: first
    })
  ]
}
