/** The stretch of time that a page shows, as it stands in the URL: `range=1h` goes on live, `from` and `to` stand still. */
import { DAY, HOUR, MINUTE, SECOND } from '../format/time.ts'

const LENGTHS = {
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '1h': HOUR,
  '6h': 6 * HOUR,
  '24h': DAY,
  '7d': 7 * DAY,
  '30d': 30 * DAY,
  '1y': 365 * DAY
} as const

export type Range = keyof typeof LENGTHS
export const RANGES = Object.keys(LENGTHS) as Range[]
export const DEFAULT_RANGE: Range = '1h'

/** `fixed` is there when the window stands still: zoomed in, or stopped. `range` is what live goes back to. */
export interface Window {
  range: Range
  fixed: { from: number; to: number } | null
}

/** Reads a window from a query string; what makes no sense there is as if it were not there. */
export function readWindow(query: URLSearchParams): Window {
  const asked = query.get('range') as Range
  const range = RANGES.includes(asked) ? asked : DEFAULT_RANGE
  const from = Number(query.get('from') ?? Number.NaN)
  const to = Number(query.get('to') ?? Number.NaN)
  const fixed = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from < to ? { from, to } : null
  return { range, fixed }
}

/** The other way round, as changes of the query string; `null` takes a parameter away. */
export function windowQuery({ range, fixed }: Window): Record<'range' | 'from' | 'to', string | null> {
  return {
    range: range === DEFAULT_RANGE ? null : range,
    from: fixed ? String(fixed.from) : null,
    to: fixed ? String(fixed.to) : null
  }
}

/** The window's two ends in epoch ms. A live one ends at the last full second, so that all charts of a page agree. */
export function bounds({ range, fixed }: Window, now: number): { from: number; to: number } {
  if (fixed) return fixed
  const to = Math.floor(now / SECOND) * SECOND
  return { from: to - LENGTHS[range], to }
}

/** The same length again, one length earlier (-1) or later (1); not beyond now. */
export function moved(window: Window, by: -1 | 1, now: number): Window {
  const { from, to } = bounds(window, now)
  const length = to - from
  const end = Math.min(to + by * length, Math.floor(now / SECOND) * SECOND)
  return { range: window.range, fixed: { from: end - length, to: end } }
}

/** How often a live picture is worth loading again: a wide one moves by less than a pixel in ten seconds. */
export function refreshEvery({ range, fixed }: Window): number | null {
  if (fixed) return null
  return Math.min(5 * MINUTE, Math.max(10 * SECOND, LENGTHS[range] / 720))
}

/** The shortest range that holds all there is: an hour is mostly blank for what began five minutes ago. */
export function rangeSince(start: number, now: number): Range {
  return RANGES.find((range) => LENGTHS[range] >= now - start || range === DEFAULT_RANGE) ?? DEFAULT_RANGE
}

/** A zoom under ten seconds would show one point or none. */
export const SHORTEST = 10 * SECOND
