/** What one chart of a host asks for, and how it is drawn; the areas beside this say which there are. */
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

type Series = QueryAnswer['series']
export type Labels = Series[number]['labels']
type Values = (number | null)[]

export interface Panel {
  title: string
  look: Look
  /** Rules about the first one are thresholds of the chart. */
  metrics: readonly MetricName[]
  /** Only series with these labels, where the chart shows one device. */
  labels: Labels
  load(host: string, bounds: Bounds, signal: AbortSignal): Promise<Picture>
  /** The line that a sample of a series belongs to; undefined for none of them. */
  lineOf(metric: string, labels: Labels): string | undefined
  /** Where the y axis ends; null is above the highest value. */
  ceiling(picture: Picture): number | null
  /** The number of now, from the values of all lines. */
  headline(values: Values): number | null
  /** How many lines most hosts have. */
  usual: number
}

/** Charts that belong together. */
export interface Area {
  /** As it stands in the URL. */
  id: string
  title: string
  panels: readonly Panel[]
  /** What the host may have several of, and the charts of each. */
  devices?: readonly Devices[]
}

export interface Devices {
  /** Each series of it has one. */
  metric: MetricName
  /** The label that names the device. */
  label: string
  panels(name: string): Panel[]
}

const present = (values: Values): number[] => values.filter((value) => value !== null)
export const sum = (values: Values): number | null => {
  const found = present(values)
  return found.length === 0 ? null : found.reduce((a, b) => a + b, 0)
}
export const largest = (values: Values): number | null => {
  const found = present(values)
  return found.length === 0 ? null : Math.max(...found)
}
export const first = (values: Values): number | null => values[0] ?? null
/** What a label's value is called, as people say it. */
export const word = (value: string | undefined): string => texts.labels[value ?? ''] ?? value ?? ''

const has = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value)

interface Lines {
  title: string
  unit: string
  metric: MetricName
  /** Further ones on the same chart. */
  beside?: readonly MetricName[]
  labels?: Labels
  /** What makes lines of their own. */
  by: readonly string[]
  name: (labels: Labels, metric: string) => string
  headline: Panel['headline']
  /** Where the y axis ends, if it is always the same. */
  ceiling?: number
  /** How many lines most hosts have; two without it. */
  usual?: number
}

/** One line a series, sorted by name. */
export function lines({ title, unit, metric, beside = [], labels = {}, by, name, ...rest }: Lines): Panel {
  return {
    ...{
      title,
      look: { kind: 'lines', unit },
      metrics: [metric, ...beside],
      labels,
      headline: rest.headline
    },
    async load(host, bounds, signal) {
      const metrics = [metric, ...beside]
      const { series, step } = await queryMetric({ metric: metrics, host, by, labels, ...bounds }, signal)
      const named = series
        .map(({ labels, metric, points }) => ({ name: name(labels, metric), points }))
        .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
      return paint(named, { ...bounds, step })
    },
    lineOf: (found, of) =>
      (found === metric || beside.some((other) => other === found)) && has(of, labels)
        ? name(of, found)
        : undefined,
    ceiling: () => rest.ceiling ?? null,
    usual: rest.usual ?? 2
  }
}

interface Parts {
  title: string
  unit: string
  metric: MetricName
  labels?: Labels
  /** The label whose values are the parts. */
  label: string
  /** The parts from the bottom up, with their colours; null is what is left of the whole. */
  colors: Record<string, number | null>
  /** Parts that are named though they are nought. */
  always?: readonly string[]
  headline: Panel['headline']
  /** Where the y axis ends; without it at the sum of all parts. */
  ceiling?: number
}

/** Less than this part of the whole is under a pixel high. */
const SEEN = 0.005

/** Parts of a whole, stacked in a fixed order; those that nobody would see are left out. */
export function parts({ title, unit, metric, labels = {}, label, colors, ...rest }: Parts): Panel {
  const order = Object.keys(colors)
  const always = rest.always ?? order
  return {
    ...{ title, look: { kind: 'stack', unit }, metrics: [metric], labels, headline: rest.headline },
    async load(host, bounds, signal) {
      const { series, step } = await queryMetric({ metric, host, by: [label], labels, ...bounds }, signal)
      const named = order.flatMap((part): NamedPoints[] => {
        const points = series.find(({ labels }) => labels[label] === part)?.points
        const seen = always.includes(part) || points?.some(([, value]) => (value ?? 0) > SEEN)
        return points && seen ? [{ name: word(part), points }] : []
      })
      // A host without swap says that it has nought of it.
      const any = named.some(({ points }) => points.some(([, value]) => (value ?? 0) > 0))
      if (!any) return paint([], { ...bounds, step })
      const inWords = Object.fromEntries(Object.entries(colors).map(([name, color]) => [word(name), color]))
      return paint(named, { ...bounds, step }, inWords)
    },
    lineOf: (found, of) => (found === metric && has(of, labels) ? word(of[label]) : undefined),
    ceiling: ({ lines, times }) =>
      rest.ceiling ??
      (largest(times.map((_, i) => sum(lines.map(({ values }) => values[i] ?? null)))) || null),
    usual: always.length
  }
}
