/** Turns measured values into what people read: three digits and a unit that suits the size. */
import { scaleOf } from '@miniobserv/protocol/units'

export interface Amount {
  value: string
  unit: string
}

/** Between a number and its unit: no line break, and narrow. */
const SPACE = '\u202f'

/** What stands where nothing was measured. */
export const NOTHING = '–'

function digits(value: number, small = 1): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  // 9.96 is 10.0 when rounded, so the border is where rounding crosses it.
  if (size >= 99.95) return value.toFixed(0)
  return value.toFixed(size >= 9.995 ? 1 : small)
}

/**
 * Splits a value into its number and its unit, so that the unit can be set smaller.
 * @param unit as OpenTelemetry writes it (UCUM): `1` is a ratio and becomes per cent, `By`, `By/s`, `s`, `{thread}` …
 */
export function amount(value: number, unit: string): Amount {
  if (unit === '1') {
    const percent = value * 100
    return {
      value: Math.abs(percent) >= 9.95 || percent === 0 ? percent.toFixed(0) : percent.toFixed(1),
      unit: '%'
    }
  }
  const scale = scaleOf(value, unit)
  const scaled = value / scale.divisor
  if (scale.divisor === 1 && unit.startsWith('By')) return { value: scaled.toFixed(0), unit: scale.unit }
  // Of a load of 0.31 both digits count; of 1.5 GiB or 3.5 h one does.
  return { value: digits(scaled, scale.divisor === 1 ? 2 : 1), unit: scale.unit }
}

/** A value with its unit in one string: `1.5 GiB`, `42 %`, `0.31`. */
export function formatValue(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return NOTHING
  const { value: text, unit: suffix } = amount(value, unit)
  return suffix === '' ? text : text + SPACE + suffix
}

/**
 * Labels for the ticks of one axis: all in the same unit, with as many decimals as the distance between ticks needs.
 * @param ticks ascending
 */
export function axisLabels(ticks: readonly number[], unit: string): string[] {
  const largest = Math.max(...ticks.map(Math.abs), 0)
  const step = Math.abs((ticks[1] ?? 0) - (ticks[0] ?? 0))
  const { divisor, unit: suffix } = scaleOf(largest, unit)
  const decimals = step === 0 ? 0 : Math.min(3, Math.max(0, Math.ceil(-Math.log10(step / divisor) - 1e-9)))
  return ticks.map((tick) => {
    if (tick === 0) return '0'
    const text = (tick / divisor).toFixed(decimals)
    return suffix === '' ? text : text + SPACE + suffix
  })
}
