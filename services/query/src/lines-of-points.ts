/** Turns a line as the statement gives it into the JSON of the answer, gaps included. */
import type { LineRow } from './buckets.ts'
import type { Group } from './groups.ts'

/** @param groups by line @param units by metric @param step ms */
export function lineWriter(
  groups: readonly Group[],
  units: ReadonlyMap<string, string>,
  step: number
): (row: LineRow) => string {
  // What comes after the host is the same for every host.
  const rest = groups.map(({ metric, labels }) =>
    JSON.stringify({ metric, unit: units.get(metric) ?? '', labels }).slice(1, -1)
  )
  return ([host, line, places, values]) => {
    const own = host === null ? '' : `"host":${JSON.stringify(host)},`
    return `{${own}${rest[line]},"points":[${points(places, values, step)}]}`
  }
}

/** A gap stays a gap: the buckets between two points are there, without a value. */
function points(places: string, values: string, step: number): string {
  const value = values.split(',')
  let text = ''
  let next: number | undefined
  for (const [i, digits] of places.split(',').entries()) {
    const place = Number(digits)
    for (let missing = next ?? place; missing < place; missing++) text += `[${missing * step},null],`
    text += `[${place * step},${value[i]}],`
    next = place + 1
  }
  return text.slice(0, -1)
}
