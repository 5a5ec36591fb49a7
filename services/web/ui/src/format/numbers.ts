/** Turns measured values into what people read: three digits and a unit that suits the size. */
import { type Scale, scaleOf } from '@miniobserv/protocol/units'

export interface Amount {
  value: string
  unit: string
}

/** Between a number and its unit: no line break, and narrow. */
const SPACE = '\u202f'

/** What stands where nothing was measured. */
export const NOTHING = '–'

const THOUSANDS = ['', 'k', 'M', 'G', 'T', 'P'] as const

/** With the sign that is as wide as a digit. */
const fixed = (value: number, decimals: number): string => value.toFixed(decimals).replace('-', '\u2212')

function digits(value: number, small = 1): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  // 9.96 is 10.0 when rounded, so the border is where rounding crosses it.
  if (size >= 99.95) return fixed(value, 0)
  return fixed(value, size >= 9.995 ? 1 : small)
}

/** As the protocol has it; of what is counted, up to 9999 all digits are read at a glance. */
function scaleFor(value: number, unit: string): Scale {
  const scale = scaleOf(value, unit)
  let power = scale.divisor === 1 && Math.abs(value) >= 9999.5 ? 1 : 0
  while (power > 0 && power < THOUSANDS.length - 1 && Math.abs(value) / 1000 ** power >= 999.5) power++
  return power === 0 ? scale : { divisor: 1000 ** power, unit: THOUSANDS[power] + scale.unit }
}

/**
 * Splits a value into its number and its unit, so that the unit can be set smaller.
 * @param unit as OpenTelemetry writes it (UCUM): `1` is a ratio and becomes per cent, `By`, `By/s`, `s`, `{thread}` …
 */
export function amount(value: number, unit: string): Amount {
  if (unit === '1') {
    const percent = value * 100
    return {
      value: fixed(percent, Math.abs(percent) >= 9.95 || percent === 0 ? 0 : 1),
      unit: '%'
    }
  }
  const scale = scaleFor(value, unit)
  const scaled = value / scale.divisor
  if (scale.divisor === 1 && unit.startsWith('By')) return { value: fixed(scaled, 0), unit: scale.unit }
  // Of a load of 0.31 both digits count; of 1.5 GiB or 3.5 h one does.
  return { value: digits(scaled, scale.divisor === 1 ? 2 : 1), unit: scale.unit }
}

/** A value with its unit in one string: `1.5 GiB`, `42 %`, `0.31`. */
export function formatValue(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return NOTHING
  const { value: text, unit: suffix } = amount(value, unit)
  return text + gapBefore(suffix) + suffix
}

/** `250/s` is one word. */
export const gapBefore = (suffix: string): string => (suffix === '' || suffix.startsWith('/') ? '' : SPACE)

/**
 * Labels for the ticks of one axis: all in the same unit, with as many decimals as the distance between ticks needs.
 * @param ticks ascending
 */
export function axisLabels(ticks: readonly number[], unit: string): string[] {
  const largest = Math.max(...ticks.map(Math.abs), 0)
  const step = Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0))
  const { divisor, unit: suffix } = scaleFor(largest, unit)
  const decimals = decimalsOf(step / divisor)
  return ticks.map((tick) =>
    tick === 0 ? '0' : fixed(tick / divisor, decimals) + gapBefore(suffix) + suffix
  )
}

/** As many as it takes to write the distance between two ticks: 0.25 needs two. */
function decimalsOf(step: number): number {
  const rest = (decimals: number) => Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals))
  return [0, 1, 2].find((decimals) => rest(decimals) < 1e-6) ?? 3
}
