/** Filesystems and the disks under them; in detail one by one. */
import { texts } from '../../../texts.ts'
import { type Area, first, type Labels, largest, lines, type Panel, parts, sum, word } from '../panel.ts'

const words = texts.charts
const DEVICE = 'system.device'
const MOUNTPOINT = 'system.filesystem.mountpoint'
const DIRECTION = 'disk.io.direction'

const deviceAndDirection = (labels: Labels) => `${labels[DEVICE] ?? ''} ${word(labels[DIRECTION])}`.trim()

export const disks: Area = {
  id: 'disks',
  title: words.disks,
  panels: [
    lines({
      ...{ title: words.disk, unit: '1', metric: 'system.filesystem.utilization', by: [MOUNTPOINT] },
      name: (labels) => labels[MOUNTPOINT] ?? '',
      headline: largest,
      ceiling: 1
    }),
    lines({
      ...{ title: words.diskIo, unit: 'By/s', metric: 'system.disk.io', by: [DEVICE, DIRECTION] },
      name: deviceAndDirection,
      headline: sum
    })
  ],
  devices: [
    { metric: 'system.filesystem.usage', label: MOUNTPOINT, panels: filesystem },
    { metric: 'system.disk.io', label: DEVICE, panels: device }
  ]
}

function filesystem(mountpoint: string): Panel[] {
  return [
    parts({
      ...{ title: words.of(mountpoint, words.space), unit: 'By', metric: 'system.filesystem.usage' },
      ...{ labels: { [MOUNTPOINT]: mountpoint }, label: 'system.filesystem.state' },
      colors: { used: 1, reserved: 5, free: null },
      headline: first
    })
  ]
}

function device(name: string): Panel[] {
  const labels = { [DEVICE]: name }
  const byDirection = {
    labels,
    by: [DIRECTION],
    name: (found: Labels) => word(found[DIRECTION]),
    headline: sum
  }
  return [
    lines({
      ...{ title: words.of(name, words.throughput), unit: 'By/s', metric: 'system.disk.io', ...byDirection }
    }),
    lines({
      ...{ title: words.of(name, words.operations), unit: '{operation}/s' },
      ...{ metric: 'system.disk.operations', ...byDirection }
    }),
    lines({
      ...{ title: words.of(name, words.busyTime), unit: '1', metric: 'system.disk.io_time', labels },
      ...{ by: ['host'], name: () => words.busyTime, headline: first, ceiling: 1 }
    })
  ]
}
