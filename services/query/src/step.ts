/** Steps as people write them in a query string, and the one that suits a range where nobody names one. */
import { parseDuration, ServiceError } from '@miniobserv/service'
import { TIERS } from './tiers.ts'

/** Steps that people read easily, in ms. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 3, 6, 12, 24, 48, 168].map((hours) => hours * 3_600_000)
]
const WEEK = 604_800_000

/** Points of a line that `auto` aims at. */
const AUTO_POINTS = 300

/** Of all lines together: more than a screen shows; a line still gets LEAST_POINTS. */
const AUTO_ALL_POINTS = 12_000
const LEAST_POINTS = 60

/** Rows that `auto` reads, more or less; beyond it looks for a coarser tier. */
const AUTO_ROWS = 50_000

/** Agents send every ten seconds: a finer bucket would only be gaps. */
const FINEST = 10_000

/**
 * `60s`, `5m` or a number of milliseconds.
 *
 * @returns ms; undefined for `auto`
 * @throws {ServiceError} 400 `invalid_step`
 */
export function givenStep(text: string): number | undefined {
  if (text === 'auto') return undefined
  const step = /^\d+$/.test(text) ? Number(text) : parseDuration(text)
  if (step !== undefined && step >= 1 && Number.isInteger(step)) return step
  const detail = `step is ${JSON.stringify(text)}; it takes 60s, 5m, 1h or auto`
  throw new ServiceError(400, 'invalid_step', detail, { path: 'step' })
}

/** The step that was given, or else one that makes about 300 buckets of the range. */
export const parseStep = (text: string, from: number, to: number): number =>
  givenStep(text) ?? autoStep(to - from, 1, 1)

/**
 * The smallest easy step that gives about 300 points a line, fewer where there are many lines, and that a tier answers
 * from few rows: 100 hosts over a day come from hours, one host from minutes.
 *
 * @param range ms @param lines of the answer @param hosts that are read
 * @returns ms
 */
export function autoStep(range: number, lines: number, hosts: number): number {
  const points = Math.max(LEAST_POINTS, Math.min(AUTO_POINTS, AUTO_ALL_POINTS / Math.max(1, lines)))
  const wanted = Math.max((range / points) * 0.999, FINEST)
  const fits = (step: number): boolean =>
    step >= wanted && (step >= TIERS['1h'].width || (hosts * range) / rowWidth(step) <= AUTO_ROWS)
  return STEPS.find(fits) ?? Math.ceil(wanted / WEEK) * WEEK
}

/** ms between the rows of a host that answer this step. */
const rowWidth = (step: number): number => (step % TIERS['1m'].width === 0 ? TIERS['1m'].width : FINEST)
