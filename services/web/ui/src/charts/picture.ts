/** Turns series of points into the columns that a chart draws: one list of times, one list of values a line. */
import type { QueryAnswer } from '@miniobserv/protocol'

export type Points = QueryAnswer['series'][number]['points']

export interface NamedPoints {
  name: string
  points: Points
}

export interface Line {
  name: string
  /** One value for each time; null where there is none. */
  values: (number | null)[]
  /** Which of the eight series colours, from 1; null is grey. */
  color: number | null
}

export interface Picture {
  /** The ends of the x axis, epoch ms: wider than the data where a host was away. */
  from: number
  to: number
  /** The width of a bucket, ms. */
  step: number
  /** Ascending, in seconds, as uPlot has them. */
  times: number[]
  lines: Line[]
  /** The same an earlier time ago, on the same times: dashed and grey. */
  ghosts?: Ghost[]
}

export type Ghost = Pick<Line, 'name' | 'values'>

/** How many lines can be told apart by colour. */
export const COLORS = 10

/** Joins series on their times. A time that one of them lacks is a gap in it. */
export function align(series: readonly NamedPoints[]): { times: number[]; values: (number | null)[][] } {
  const all = new Set<number>()
  for (const { points } of series) for (const [time] of points) all.add(time)
  const times = [...all].sort((a, b) => a - b)
  const index = new Map(times.map((time, i) => [time, i]))
  const values = series.map(({ points }) => {
    const column: (number | null)[] = new Array(times.length).fill(null)
    for (const [time, value] of points) column[index.get(time) as number] = value
    return column
  })
  return { times: times.map((time) => time / 1000), values }
}

/**
 * Gives each line a colour, the largest ones where there are more lines than colours: those then stand last, so that they
 * are drawn above the grey ones.
 * @param fixed colours by name, for lines that keep theirs whichever others are there
 */
export function paint(
  series: readonly NamedPoints[],
  frame: Pick<Picture, 'from' | 'to' | 'step'>,
  fixed?: Record<string, number | null>
): Picture {
  const { times, values } = align(series)
  if (fixed) {
    const lines = series.map(({ name }, i) => ({ name, values: values[i] ?? [], color: fixed[name] ?? null }))
    return { ...frame, times, lines }
  }
  const means = values.map(mean)
  const border = [...means].sort((a, b) => b - a)[COLORS - 1] ?? Number.NEGATIVE_INFINITY
  let used = 0
  const lines = series.map(({ name }, i): Line => {
    const colored = used < COLORS && (means[i] as number) >= border
    return { name, values: values[i] as (number | null)[], color: colored ? ++used : null }
  })
  const grey = lines.filter(({ color }) => color === null)
  return { ...frame, times, lines: [...grey, ...lines.filter(({ color }) => color !== null)] }
}

function mean(values: readonly (number | null)[]): number {
  let sum = 0
  let count = 0
  for (const value of values) {
    if (value === null) continue
    sum += value
    count++
  }
  return count === 0 ? 0 : sum / count
}

/**
 * Puts lines on top of each other, the first at the bottom. Where some of them have no value they count as nothing;
 * where all have none there is a gap.
 */
export function stack(columns: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const length = columns[0]?.length ?? 0
  const sums = new Array<number>(length).fill(0)
  const gap = Array.from({ length }, (_, i) => columns.every((column) => column[i] === null))
  return columns.map((column) =>
    column.map((value, i) => {
      sums[i] = (sums[i] as number) + (value ?? 0)
      return gap[i] ? null : (sums[i] as number)
    })
  )
}

/** Hosts send within one interval of each other, and buckets begin when they like. */
const ARRIVING = 3

/**
 * The newest time that counts as "now", or null where the data ends well before the picture does (a host that is down
 * has no now). Of the last few times it is the newest that most lines have a value for: at the very end some hosts'
 * samples are still to come. Buckets may be wide and data takes a moment to arrive, hence the minute.
 */
export function latestIndex({
  times,
  lines,
  to,
  step
}: Pick<Picture, 'times' | 'lines' | 'to' | 'step'>): number | null {
  const end = times.findLastIndex((_, i) => lines.some(({ values }) => values[i] != null))
  const known = (i: number) => lines.reduce((sum, { values }) => sum + (values[i] == null ? 0 : 1), 0)
  let last = end
  for (let i = end - 1; i > end - ARRIVING && i >= 0; i--) if (known(i) > known(last)) last = i
  const time = times[last]
  if (time === undefined) return null
  return to - time * 1000 <= Math.max(60_000, 3 * step) ? last : null
}

export interface Reading {
  name: string
  color: number | null
  value: number
  /** It was so earlier. */
  earlier?: boolean
}

/** What the crosshair points at, largest first; what was earlier stands last. */
export function readings(
  { lines, ghosts = [] }: Pick<Picture, 'lines' | 'ghosts'>,
  index: number
): Reading[] {
  const now = lines.flatMap(({ name, color, values }) => {
    const value = values[index]
    return value === null || value === undefined ? [] : [{ name, color, value }]
  })
  const before = ghosts.flatMap(({ name, values }) => {
    const value = values[index]
    return value === null || value === undefined ? [] : [{ name, color: null, value, earlier: true }]
  })
  return [...now.sort((a, b) => b.value - a.value), ...before]
}

/** A point between two gaps: it has no line to be seen by, so it is drawn as a dot. */
export function lonely(values: readonly (number | null | undefined)[]): number[] {
  const found: number[] = []
  values.forEach((value, i) => {
    if (value != null && values[i - 1] == null && values[i + 1] == null) found.push(i)
  })
  return found
}
