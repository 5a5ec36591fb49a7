/** The charts of a host's page: what each asks for, and how it is drawn. */
import type { QueryAnswer } from '@miniobserv/protocol'
import { type MetricName, queryMetric } from '../../api/api.ts'
import { type NamedPoints, type Picture, paint } from '../../charts/picture.ts'
import type { Look } from '../../charts/plot.ts'
import { texts } from '../../texts.ts'

/** Epoch ms. */
export interface Bounds {
  from: number
  to: number
}

type Labels = QueryAnswer['series'][number]['labels']

export interface Panel {
  title: string
  look: Look
  load(host: string, bounds: Bounds, signal: AbortSignal): Promise<Picture>
  /** Where the y axis ends; null is above the highest value. */
  ceiling(picture: Picture): number | null
  /** The number of now, from the values of all lines. */
  headline(values: (number | null)[]): number | null
}

const present = (values: (number | null)[]): number[] => values.filter((value) => value !== null)
const sum = (values: (number | null)[]) => {
  const found = present(values)
  return found.length === 0 ? null : found.reduce((a, b) => a + b, 0)
}
const largest = (values: (number | null)[]) => {
  const found = present(values)
  return found.length === 0 ? null : Math.max(...found)
}
const first = (values: (number | null)[]) => values[0] ?? null
const word = (value: string | undefined) => texts.labels[value ?? ''] ?? value ?? ''

/** One metric as series by some of its labels, and what the axes need to know of it. */
async function ask(metric: MetricName, by: string[], host: string, bounds: Bounds, signal: AbortSignal) {
  const { series, step } = await queryMetric({ metric, host, by, ...bounds }, signal)
  return { series, frame: { ...bounds, step } }
}

/** Less than this part of the whole is under a pixel high. */
const SEEN = 0.005

/** Parts of a whole in a fixed order; a part that nobody would see is left out, unless it is one of `always`. */
function parts(
  series: QueryAnswer['series'],
  label: string,
  order: readonly string[],
  always: readonly string[]
): NamedPoints[] {
  return order.flatMap((part) => {
    const points = series.find(({ labels }) => labels[label] === part)?.points
    const seen = always.includes(part) || points?.some(([, value]) => (value ?? 0) > SEEN)
    return points && seen ? [{ name: word(part), points }] : []
  })
}

/** One line a series, named by its labels and sorted by name. */
function lines(series: QueryAnswer['series'], name: (labels: Labels) => string): NamedPoints[] {
  return series
    .map(({ labels, points }) => ({ name: name(labels), points }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

const cpuColors = { user: 1, system: 2, iowait: 6, steal: 4, interrupt: 3, nice: 8 }
const memoryColors = { used: 1, cached: 3, buffers: 5, free: null }
const inWords = (colors: Record<string, number | null>) =>
  Object.fromEntries(Object.entries(colors).map(([name, color]) => [word(name), color]))

const cpu: Panel = {
  title: texts.charts.cpu,
  look: { kind: 'stack', unit: '1' },
  async load(host, bounds, signal) {
    const { series, frame } = await ask('system.cpu.utilization', ['cpu.mode'], host, bounds, signal)
    const modes = parts(series, 'cpu.mode', Object.keys(cpuColors), ['user', 'system', 'iowait'])
    return paint(modes, frame, inWords(cpuColors))
  },
  ceiling: () => 1,
  headline: sum
}

const memory: Panel = {
  title: texts.charts.memory,
  look: { kind: 'stack', unit: 'By' },
  async load(host, bounds, signal) {
    const label = 'system.memory.state'
    const order = Object.keys(memoryColors)
    const { series, frame } = await ask('system.memory.usage', [label], host, bounds, signal)
    return paint(parts(series, label, order, order), frame, inWords(memoryColors))
  },
  /** All states together are the memory that the host has. */
  ceiling: ({ lines, times }) =>
    largest(times.map((_, i) => sum(lines.map(({ values }) => values[i] ?? null)))),
  headline: first
}

const load: Panel = {
  title: texts.charts.load,
  look: { kind: 'lines', unit: '{thread}' },
  async load(host, bounds, signal) {
    const metrics: [MetricName, string][] = [
      ['system.cpu.load_average.1m', texts.charts.loads.one],
      ['system.cpu.load_average.5m', texts.charts.loads.five],
      ['system.cpu.load_average.15m', texts.charts.loads.fifteen]
    ]
    const answers = await Promise.all(metrics.map(([metric]) => ask(metric, ['host'], host, bounds, signal)))
    const named = answers.flatMap(({ series }, i) =>
      series.map(({ points }) => ({ name: metrics[i]?.[1] ?? '', points }))
    )
    return paint(named, answers[0]?.frame ?? { ...bounds, step: 0 })
  },
  ceiling: () => null,
  headline: first
}

const disk: Panel = {
  title: texts.charts.disk,
  look: { kind: 'lines', unit: '1' },
  async load(host, bounds, signal) {
    const label = 'system.filesystem.mountpoint'
    const { series, frame } = await ask('system.filesystem.utilization', [label], host, bounds, signal)
    return paint(
      lines(series, (labels) => labels[label] ?? ''),
      frame
    )
  },
  ceiling: () => 1,
  headline: largest
}

/** Bytes a second by device and direction: two lines a device. */
function throughput(title: string, metric: MetricName, device: string, direction: string): Panel {
  return {
    title,
    look: { kind: 'lines', unit: 'By/s' },
    async load(host, bounds, signal) {
      const { series, frame } = await ask(metric, [device, direction], host, bounds, signal)
      return paint(
        lines(series, (labels) => `${labels[device] ?? ''} ${word(labels[direction])}`.trim()),
        frame
      )
    },
    ceiling: () => null,
    headline: sum
  }
}

export const PANELS: readonly Panel[] = [
  cpu,
  memory,
  load,
  disk,
  throughput(texts.charts.diskIo, 'system.disk.io', 'system.device', 'disk.io.direction'),
  throughput(texts.charts.network, 'system.network.io', 'network.interface.name', 'network.io.direction')
]
