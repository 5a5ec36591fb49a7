/** What whole hours of hosts say of the series that a rule means, without looking into them. */
import type { Reading } from '@miniobserv/db'
import type { Shape } from './columns.ts'
import { numbersIn } from './numbers.ts'
import { HOUR } from './sections.ts'

/** Of each hour: its greatest values, its least, or in how many of its minutes there were samples. */
export type HourlyFact = 'greatest' | 'least' | 'minutes'

export interface HourOfHost {
  /** Its start, epoch ms. */
  time: number
  layoutId: number
  /** By series id; what was not measured is missing. */
  values: Map<number, number>
}

interface HoursWanted {
  what: HourlyFact
  shapes: readonly Shape[]
  hostIds: readonly number[]
}

/** So much more than was asked for is read at one time, ms. */
const AHEAD = 24 * HOUR

/** Gives what hours say from a whole hour on up to some time, epoch ms; from call to call both may only grow. */
export function hourReader(
  db: Reading,
  wanted: HoursWanted
): (from: number, to: number) => Promise<(hostId: number) => HourOfHost[]> {
  let until = Number.NEGATIVE_INFINITY
  let hours = new Map<number, HourOfHost[]>()
  return async (from, to) => {
    if (to > until) {
      until = to + AHEAD
      hours = await readHours(db, wanted, from, until)
    }
    return (hostId) => (hours.get(hostId) ?? []).filter(({ time }) => time >= from && time < to)
  }
}

const SOURCE: Record<
  HourlyFact,
  { time: string; column: (place: number) => string; table: string; end: string }
> = {
  greatest: { time: 'time', column: (place) => `maxs[${place}]`, table: 'frames_1h', end: '' },
  least: { time: 'time', column: (place) => `mins[${place}]`, table: 'frames_1h', end: '' },
  minutes: {
    time: "time_bucket(interval '1 hour', time, timestamptz 'epoch')",
    column: (place) => `count(*) filter (where counts[${place}] > 0)`,
    table: 'frames_1m',
    end: 'group by 1, 2, 3'
  }
}

/** By host id. */
async function readHours(
  db: Reading,
  { what, shapes, hostIds }: HoursWanted,
  from: number,
  to: number
): Promise<Map<number, HourOfHost[]>> {
  const { time, column, table, end } = SOURCE[what]
  const found = new Map<number, HourOfHost[]>()
  for (const { layoutIds, places, seriesIds } of shapes) {
    const columns = places.map((place) => `(${column(place)})::float8`).join(', ')
    const { rows } = await db.query({
      text: `
        select host_id, layout_id, date_part('epoch', ${time}) * 1000, array_send(array[${columns}])
        from ${table}
        where layout_id = any($1::int[]) and host_id = any($2::int[])
          and time >= $3::timestamptz and time < $4::timestamptz ${end}`,
      values: [layoutIds, hostIds, new Date(from), new Date(to)],
      rowMode: 'array'
    } as never)
    for (const [hostId, layoutId, at, numbers] of rows as unknown as [number, number, number, Buffer][]) {
      const ids = seriesIds.get(layoutId) ?? []
      const values = [...numbersIn(numbers).entries()].flatMap(([i, value]): [number, number][] =>
        Number.isNaN(value) ? [] : [[ids[i] as number, value]]
      )
      const ofHost = found.get(hostId) ?? []
      found.set(hostId, ofHost)
      ofHost.push({ time: Math.round(at), layoutId, values: new Map(values) })
    }
  }
  return found
}
