/** What one series left behind in a slice of time, and what a window that glides over it holds. */
import type { WindowAggregate } from '@miniobserv/protocol'
import { addSample, emptySums, type Sums } from '../evaluate/window.ts'

const MINUTE = 60_000

/** Rows in the order of time. A row of minutes or hours counts from its end on. */
export interface Rows {
  /** Epoch ms. */
  times: Float64Array
  /** Samples; of minutes and hours their means, least or greatest values, as the rule asks. NaN: nothing was measured. */
  values: Float64Array
  /** Of how many samples each is; undefined where each is one. */
  counts: Float64Array | undefined
}

export interface Track {
  /** What is newer than `now` less the window, `now` included; valid until the next call. `now` never goes back. */
  at(now: number, window: number): Sums | undefined
}

export function trackOf(pieces: readonly Rows[]): Track {
  const { times, values, counts } = inOrder(pieces)
  const sums = emptySums()
  let first = 0
  let end = 0
  return {
    at(now, window) {
      while (end < times.length && (times[end] as number) <= now) end++
      while (first < end && (times[first] as number) <= now - window) first++
      if (first === end) return undefined
      return add(sums, times, values, counts, first, end) ? sums : undefined
    }
  }
}

/** In the order of time, as an evaluation adds them up: even the last digit is the same. */
function add(
  sums: Sums,
  times: Float64Array,
  values: Float64Array,
  counts: Float64Array | undefined,
  first: number,
  end: number
): boolean {
  sums.sum = 0
  sums.count = 0
  sums.min = Number.POSITIVE_INFINITY
  sums.max = Number.NEGATIVE_INFINITY
  for (let i = first; i < end; i++) {
    const value = values[i] as number
    if (Number.isNaN(value)) continue
    const count = counts ? (counts[i] as number) : 1
    sums.sum += value * count
    sums.count += count
    if (value < sums.min) sums.min = value
    if (value > sums.max) sums.max = value
    sums.last = value
    sums.lastTime = times[i] as number
  }
  return sums.count > 0
}

/** What the minutes of these samples hold, as the table of minutes has it. */
export function minutesOf(samples: Rows, agg: WindowAggregate): Rows {
  const minutes = new Map<number, Sums>()
  for (const [i, time] of samples.times.entries()) {
    const value = samples.values[i] as number
    if (Number.isNaN(value)) continue
    const end = Math.floor(time / MINUTE) * MINUTE + MINUTE
    const sums = minutes.get(end) ?? emptySums()
    minutes.set(end, sums)
    addSample(sums, value, time)
  }
  const sums = [...minutes.values()]
  return {
    times: Float64Array.from(minutes.keys()),
    values: Float64Array.from(sums, ({ min, max, sum, count }) =>
      agg === 'min' ? min : agg === 'max' ? max : sum / count
    ),
    counts: Float64Array.from(sums, ({ count }) => count)
  }
}

export function inOrder(pieces: readonly Rows[]): Rows {
  const [only] = pieces
  if (pieces.length === 1 && only && isSorted(only.times)) return only
  const rows = pieces.flatMap(({ times, values, counts }) =>
    Array.from(times, (time, i) => ({ time, value: values[i] as number, count: counts?.[i] ?? 1 }))
  )
  rows.sort((a, b) => a.time - b.time)
  return {
    times: Float64Array.from(rows, ({ time }) => time),
    values: Float64Array.from(rows, ({ value }) => value),
    counts: only?.counts && Float64Array.from(rows, ({ count }) => count)
  }
}

export function isSorted(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if ((times[i] as number) < (times[i - 1] as number)) return false
  return true
}
