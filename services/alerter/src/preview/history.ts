/** Reads what hosts left behind in a slice of time: the columns that a rule means, and when each layout came. */
import type { Reading } from '@miniobserv/db'
import type { WindowAggregate } from '@miniobserv/protocol'
import type { Shape } from './columns.ts'
import { numbersIn } from './numbers.ts'
import { TABLES, type Tier } from './sections.ts'
import { minutesOf, type Rows } from './track.ts'

export interface History<Track> {
  /** By host id, then series id. */
  tracks: Map<number, Map<number, Track>>
  /** When each layout of a host came, epoch ms, in no order. */
  arrivals: { hostId: number; layoutId: number; times: Float64Array }[]
}

export interface Extent {
  tier: Tier
  /** Epoch ms; from is in, to is not. */
  from: number
  to: number
  /** Up to when minutes are computed; those after it are made of samples here. */
  minutesUntil: number
  hostIds: readonly number[]
  agg: WindowAggregate
  shapes: readonly Shape[]
  /** Whether to read, too, when layouts came that have no column of the rule's. */
  others: boolean
  /** Where rows before some time are wanted only at these times, epoch ms: all that a straight line needs. */
  lead?: { until: number; at: readonly number[] } | undefined
}

/** One part of it, of one table. */
interface Stretch extends Extent {
  /** undefined: all rows. */
  at?: readonly number[] | undefined
}

/** @param trackOf what to make of the rows of a series */
export async function readHistory<Track>(
  db: Reading,
  extent: Extent,
  trackOf: (pieces: readonly Rows[]) => Track
): Promise<History<Track>> {
  const pieces = new Map<number, Map<number, Rows[]>>()
  const arrivals: History<Track>['arrivals'] = []
  for (const stretch of stretchesOf(extent)) {
    for (const shape of extent.shapes) {
      for (const [hostId, layoutId, ...columns] of await readRows(db, stretch, shape)) {
        const times = timesIn(columns[0], stretch.tier)
        arrivals.push({ hostId, layoutId, times })
        const ofHost = pieces.get(hostId) ?? new Map<number, Rows[]>()
        pieces.set(hostId, ofHost)
        for (const [i, id] of (shape.seriesIds.get(layoutId) ?? []).entries()) {
          const rows = rowsOf(stretch.tier, times, columns, i)
          const fits = stretch.tier === extent.tier ? rows : minutesOf(rows, extent.agg)
          ofHost.set(id, [...(ofHost.get(id) ?? []), fits])
        }
      }
    }
    if (!extent.others) continue
    for (const [hostId, layoutId, times] of await readRows(db, stretch)) {
      arrivals.push({ hostId, layoutId, times: timesIn(times, stretch.tier) })
    }
  }
  const tracks = new Map<number, Map<number, Track>>()
  for (const [hostId, ofHost] of pieces) {
    tracks.set(hostId, new Map([...ofHost].map(([id, rows]) => [id, trackOf(rows)])))
  }
  return { tracks, arrivals }
}

function stretchesOf({ lead, ...extent }: Extent): Stretch[] {
  if (lead) {
    const before = stretchesOf({ ...extent, to: lead.until })
    // Samples stand at no mark: the few minutes that are not computed yet are read as a whole.
    const thin = before.map((each) => (each.tier === 'raw' ? each : { ...each, at: lead.at }))
    return [...thin, ...stretchesOf({ ...extent, from: lead.until })]
  }
  const { tier, from, to, minutesUntil } = extent
  if (tier !== '1m' || to <= minutesUntil) return [extent]
  const middle = Math.max(from, minutesUntil)
  return [...(from < middle ? [{ ...extent, to: middle }] : []), { ...extent, tier: 'raw', from: middle }]
}

/** Rows of minutes and hours count from their end on. */
const timesIn = (times: Buffer, tier: Tier): Float64Array =>
  numbersIn(times).map((time) => Math.round(time) + TABLES[tier].width)

/** Of the i-th of the columns that were asked for. */
function rowsOf(tier: Tier, times: Float64Array, columns: readonly Buffer[], i: number): Rows {
  if (tier === 'raw') return { times, values: numbersIn(columns[1 + i] as Buffer), counts: undefined }
  const [values, counts] = columns.slice(1 + 2 * i, 3 + 2 * i) as [Buffer, Buffer]
  return { times, values: numbersIn(values), counts: numbersIn(counts) }
}

type Row = [hostId: number, layoutId: number, times: Buffer, ...columns: Buffer[]]

/**
 * A row a host and layout, with all its times and values as arrays: a row a frame would cost far more to send and read.
 *
 * @param shape undefined for all layouts that are of none
 */
async function readRows(
  db: Reading,
  { tier, from, to, hostIds, agg, shapes, at }: Stretch,
  shape?: Shape
): Promise<Row[]> {
  const columns = (shape?.places ?? []).flatMap((place) =>
    tier === 'raw' ? [`values[${place}]`] : [`${arrayOf(agg)}[${place}]::float8`, `counts[${place}]::float8`]
  )
  const { rows } = await db.query({
    text: `
      select host_id, layout_id, array_send(array_agg(date_part('epoch', time) * 1000))
             ${columns.map((column) => `, array_send(array_agg(${column}))`).join('')}
      from ${TABLES[tier].table}
      where host_id = any($1::int[]) and time >= $2::timestamptz and time < $3::timestamptz
        and layout_id ${shape ? '= any' : '<> all'}($4::int[])
        ${at ? 'and time = any($5::timestamptz[])' : ''}
      group by 1, 2`,
    values: [
      hostIds,
      new Date(from),
      new Date(to),
      shape?.layoutIds ?? shapes.flatMap(({ layoutIds }) => layoutIds),
      ...(at ? [at.map((time) => new Date(time))] : [])
    ],
    rowMode: 'array'
  } as never)
  return rows as unknown as Row[]
}

const arrayOf = (agg: WindowAggregate): string => (agg === 'min' || agg === 'max' ? `${agg}s` : 'avgs')
