/** Processes, and how the agent itself does. */
import { texts } from '../../../texts.ts'
import { type Area, first, largest, lines, word } from '../panel.ts'

const words = texts.charts

const WAITING: Record<string, string> = {
  'miniobserv.agent.buffer.size': words.inMemory,
  'miniobserv.agent.logs.behind': words.inFiles
}
const LOST: Record<string, string> = {
  'miniobserv.agent.points.dropped': words.points,
  'miniobserv.agent.lines.dropped': words.lines
}

export const processes: Area = {
  id: 'processes',
  title: words.processes,
  panels: [
    lines({
      ...{ title: words.processCount, unit: '{process}', metric: 'system.process.count' },
      ...{ by: ['process.state'], name: ({ 'process.state': state }) => word(state), headline: largest }
    })
  ]
}

export const agent: Area = {
  id: 'agent',
  title: words.agent,
  panels: [
    lines({
      ...{ title: words.waiting, unit: 'By', metric: 'miniobserv.agent.buffer.size', by: ['host'] },
      beside: ['miniobserv.agent.logs.behind'],
      name: (_, metric) => WAITING[metric] ?? metric,
      headline: largest
    }),
    lines({
      ...{ title: words.lost, unit: '{point}', metric: 'miniobserv.agent.points.dropped', by: ['host'] },
      beside: ['miniobserv.agent.lines.dropped'],
      name: (_, metric) => LOST[metric] ?? metric,
      headline: largest
    }),
    lines({
      ...{ title: words.clock, unit: 'ms', metric: 'miniobserv.agent.clock.offset', by: ['host'] },
      name: () => words.offset,
      headline: first
    })
  ]
}
