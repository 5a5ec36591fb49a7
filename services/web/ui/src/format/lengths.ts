/** Where the ticks of an axis of lengths of time may stand: people count time in 15 s and 6 h, not in 20,000 s. */

/** In seconds, by the unit that UCUM calls them. */
const UNITS: Record<string, number> = {
  ...{ ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1 },
  ...{ min: 60, h: 3600, d: 86_400 }
}

/** In seconds. */
const STEPS = [
  ...[-6, -5, -4, -3, -2, -1].flatMap((power) => [1, 2, 5].map((times) => times * 10 ** power)),
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3600),
  ...[0, 1, 2, 3, 4].flatMap((power) => [1, 2, 5].map((times) => times * 10 ** power * 86_400))
]

/** In the axis' own unit; undefined for what is no length of time. */
export function lengthSteps(unit: string): number[] | undefined {
  const factor = UNITS[unit]
  return factor === undefined ? undefined : STEPS.map((seconds) => seconds / factor)
}
