/** Lays the picture of an earlier time under the present one: yesterday's line beside today's. */
import type { Ghost, Line, Picture } from './picture.ts'

/** More than this many dashed lines tell nothing any more; then their sum or their largest stands for all. */
const MOST = 3

export interface Earlier {
  /** What the line is called: "yesterday". */
  name: string
  /** How much earlier, ms. */
  by: number
  picture: Picture
}

/**
 * @param whole what stands for all lines at one time, where they are too many or on top of each other
 * @returns the present picture on a full grid of times, so that the earlier lines go on where the present ones end
 */
export function withEarlier(
  picture: Picture,
  { name, by, picture: before }: Earlier,
  whole: ((values: (number | null)[]) => number | null) | undefined
): Picture {
  if (picture.lines.length === 0) return picture
  const times = fullGrid(picture)
  const at = new Map(picture.times.map((time, i) => [time, i]))
  const lines = picture.lines.map((line) => ({
    ...line,
    values: times.map((time) => line.values[at.get(time) ?? -1] ?? null)
  }))
  const then = before.times.map((time) => time * 1000)
  // A past that is kept by the hour has wider buckets than the present: each present one lies within one of them.
  const places = times.map((time) => lastAtOrBefore(then, time * 1000 - by, before.step))
  const take = ({ values }: Pick<Line, 'values'>) => places.map((i) => (i < 0 ? null : (values[i] ?? null)))
  const coloured = before.lines.filter((line) => line.color !== null)
  const each = !whole && before.lines.length <= MOST ? coloured : []
  const sum = (columns: Line[]) =>
    then.map((_, i) => (whole ?? largest)(columns.map(({ values }) => values[i] ?? null)))
  const ghosts: Ghost[] =
    each.length > 0
      ? each.map((line) => ({ name: each.length === 1 ? name : `${line.name}, ${name}`, values: take(line) }))
      : [{ name, values: take({ values: sum(before.lines) }) }]
  return { ...picture, times, lines, ghosts }
}

/** All buckets of the picture's time, in seconds, with those that have data. */
function fullGrid({ from, to, step, times }: Picture): number[] {
  if (step <= 0) return times
  const all = new Set(times)
  for (let time = Math.ceil(from / step) * step; time < to; time += step) all.add(time / 1000)
  return [...all].sort((a, b) => a - b)
}

/** @returns the place of the bucket that `time` lies in, or -1 */
function lastAtOrBefore(starts: readonly number[], time: number, width: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] as number) <= time) low = middle + 1
    else high = middle
  }
  const place = low - 1
  return place >= 0 && time - (starts[place] as number) < Math.max(width, 1) ? place : -1
}

function largest(values: (number | null)[]): number | null {
  const found = values.filter((value) => value !== null)
  return found.length === 0 ? null : Math.max(...found)
}
