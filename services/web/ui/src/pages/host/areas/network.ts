/** What goes over the network; in detail interface by interface. */
import { texts } from '../../../texts.ts'
import { type Area, type Labels, lines, type Panel, sum, word } from '../panel.ts'

const words = texts.charts
const INTERFACE = 'network.interface.name'
const DIRECTION = 'network.io.direction'

const interfaceAndDirection = (labels: Labels) =>
  `${labels[INTERFACE] ?? ''} ${word(labels[DIRECTION])}`.trim()
const both = { by: [INTERFACE, DIRECTION], name: interfaceAndDirection, headline: sum }

export const network: Area = {
  id: 'network',
  title: words.network,
  panels: [
    lines({ title: words.throughput, unit: 'By/s', metric: 'system.network.io', ...both }),
    lines({ title: words.errors, unit: '{error}/s', metric: 'system.network.errors', ...both })
  ],
  devices: [{ metric: 'system.network.io', label: INTERFACE, panels: ofInterface }]
}

function ofInterface(name: string): Panel[] {
  const each = {
    ...{ labels: { [INTERFACE]: name }, by: [DIRECTION], headline: sum },
    name: (found: Labels) => word(found[DIRECTION])
  }
  return [
    lines({ title: words.of(name, words.throughput), unit: 'By/s', metric: 'system.network.io', ...each }),
    lines({
      ...{ title: words.of(name, words.packets), unit: '{packet}/s' },
      ...{ metric: 'system.network.packet.count', ...each }
    }),
    lines({
      ...{ title: words.of(name, words.dropped), unit: '{packet}/s' },
      ...{ metric: 'system.network.packet.dropped', ...each }
    })
  ]
}
