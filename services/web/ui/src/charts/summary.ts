/** A chart in words, for those who cannot see the canvas. */
import { formatValue } from '../format/numbers.ts'
import { clock, clockSeconds, day } from '../format/time.ts'
import { texts } from '../texts.ts'
import type { Picture } from './picture.ts'

const words = texts.charts.summary

/** The time, the lowest and the highest of the number that stands for the whole chart, and when. */
export function describe(
  { from, to, times, lines }: Picture,
  unit: string,
  whole: (values: (number | null)[]) => number | null
): string {
  const all = times.flatMap((time, i) => {
    const value = whole(lines.map(({ values }) => values[i] ?? null))
    return value === null ? [] : [{ time: time * 1000, value }]
  })
  const first = all[0]
  if (!first) return words.nothing
  const [low, high] = all.reduce(
    ([low, high], one) => [one.value < low.value ? one : low, one.value > high.value ? one : high],
    [first, first]
  )
  const at = (time: number) => `${day(time)}, ${clock(time)}`
  const value = (one: typeof first) => formatValue(one.value, unit)
  return words.text(`${at(from)} – ${at(to)}`, value(low), at(low.time), value(high), at(high.time))
}

/** What stands at one time, for the crosshair that is moved by keys. */
export function describeAt({ times, lines }: Picture, index: number, unit: string): string {
  const time = (times[index] ?? 0) * 1000
  const values = lines.map(({ name, values }) => `${name} ${formatValue(values[index], unit)}`)
  return `${clockSeconds(time)}: ${values.slice(0, MOST).join(', ')}`
}

/** Nobody listens to more. */
const MOST = 10
