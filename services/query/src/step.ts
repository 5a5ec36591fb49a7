/** Steps as people write them in a query string. */
import { parseDuration, ServiceError } from '@miniobserv/service'

/** Steps that people read easily, in ms. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 3, 6, 12, 24, 48, 168].map((hours) => hours * 3_600_000)
]

/** Points of a chart that `auto` aims at. */
const AUTO_POINTS = 300

/** Agents send every ten seconds: a finer bucket would only be gaps. */
const FINEST = 10_000

/**
 * `60s`, `5m`, a number of milliseconds, or `auto`: the smallest easy step that gives about 300 points.
 *
 * @returns ms
 * @throws {ServiceError} 400 `invalid_step`
 */
export function parseStep(text: string, from: number, to: number): number {
  if (text === 'auto') {
    const wanted = Math.max((to - from) / AUTO_POINTS, FINEST)
    return STEPS.find((step) => step >= wanted * 0.999) ?? Math.ceil(wanted / 604_800_000) * 604_800_000
  }
  const step = /^\d+$/.test(text) ? Number(text) : parseDuration(text)
  if (step !== undefined && step >= 1 && Number.isInteger(step)) return step
  throw new ServiceError(
    400,
    'invalid_step',
    `step is ${JSON.stringify(text)}; it takes 60s, 5m, 1h or auto`,
    {
      path: 'step'
    }
  )
}
