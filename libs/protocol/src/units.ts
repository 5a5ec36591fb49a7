/** How a value is written with its unit: pages and messages say the same. */

export interface Scale {
  /** What a value is divided by to be in `unit`. */
  divisor: number
  unit: string
}

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** By UCUM's code: how many seconds one is. */
const SECONDS: Readonly<Record<string, number>> = {
  ...{ ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3_600, d: 86_400 }
}

/** Where each begins: people say 90 s and 36 h, but 2 min and 3 d. In seconds, the longest first. */
const TIMES = [
  { from: 172_800, divisor: 86_400, unit: 'd' },
  { from: 5_400, divisor: 3_600, unit: 'h' },
  { from: 90, divisor: 60, unit: 'min' },
  { from: 0.9995, divisor: 1, unit: 's' },
  { from: 0.000_999_5, divisor: 1e-3, unit: 'ms' },
  { from: 0, divisor: 1e-6, unit: 'µs' }
] as const

/**
 * The unit that suits a value of this size.
 * @param unit as OpenTelemetry writes it (UCUM): `1` is a ratio and becomes per cent; `{thread}` says nothing, and of
 * `{operation}/s` only `/s` is left
 */
export function scaleOf(value: number, unit: string): Scale {
  if (unit === '1') return { divisor: 0.01, unit: '%' }
  if (unit === 'By' || unit === 'By/s') {
    const scale = byteScale(Math.abs(value))
    return unit === 'By' ? scale : { ...scale, unit: `${scale.unit}/s` }
  }
  const second = SECONDS[unit]
  if (second === undefined) return { divisor: 1, unit: unit.replace(/\{[^}]*\}/g, '') }
  const size = Math.abs(value) * second
  const { divisor, unit: suits } = TIMES.find(({ from }) => size >= from && size > 0) ?? TIMES[3]
  return { divisor: divisor / second, unit: suits }
}

function byteScale(size: number): Scale {
  let power = 0
  // 1023.6 KiB would be written as 1024 KiB, so it is 1 MiB already.
  while (power < BYTES.length - 1 && size / 1024 ** power >= 1023.5) power++
  return { divisor: 1024 ** power, unit: BYTES[power] as string }
}

/**
 * `64 MiB`, `90 %`, `-60 s`, `12,500`: without noughts that say nothing.
 * @param digits how many count; those before the point are never cut
 */
export function valueText(value: number, unit: string, digits = 4): string {
  if (!Number.isFinite(value)) return String(value)
  const { divisor, unit: suffix } = scaleOf(value, unit)
  const text = plain(value / divisor, digits)
  return suffix === '' || suffix.startsWith('/') ? text + suffix : `${text} ${suffix}`
}

const plain = (value: number, digits: number): string =>
  Math.abs(value) >= 10 ** digits
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(digits)))
