/** The past of series at even marks, from minutes: each mark is read once and remembered, the newest minute each time. */
import type { PoolClient } from '@miniobserv/db'
import type { TrendOf, TrendPoint } from './forecast.ts'
import { readReach } from './long-windows.ts'

const MINUTE = 60_000

/** A window has about so many marks: a straight line through more would be the same. */
const MARKS = 60

/** What came late for marks that were read before is found after so long, ms. */
const READ_ANEW = 3_600_000

/** @param width of the rows that marks are taken from, ms @returns marks are at multiples of so many ms */
export const stepOf = (window: number, width = MINUTE): number =>
  Math.max(width, Math.round(window / MARKS / width) * width)

/**
 * @param until up to when minutes are there, epoch ms
 * @returns starts of minutes that are newer than `from`, on multiples of a step that follows from the window
 */
export function marksIn(window: number, from: number, until: number): number[] {
  const step = stepOf(window)
  const marks: number[] = []
  for (let mark = (Math.floor(from / step) + 1) * step; mark + MINUTE <= until; mark += step) marks.push(mark)
  return marks
}

export interface Trends {
  /** @param window ms @param now epoch ms */
  read(client: PoolClient, seriesIds: readonly number[], window: number, now: number): Promise<TrendOf>
}

/** By host id, then series id; the oldest first. */
type Points = Map<number, Map<number, TrendPoint[]>>

interface Remembered {
  points: Points
  seriesIds: Set<number>
  /** The newest mark that was read. */
  until: number
  /** When it was last read from the beginning. */
  readAt: number
}

// Index scans by host and mark, however large the table: a join would rather read all of its days.
const AT_MARKS = `
  with columns as materialized (
    select l.id as layout_id, w.series_id, array_position(l.series_ids, w.series_id) as place
    from unnest($1::int[]) as w (series_id) join layouts l on l.series_ids @> array[w.series_id]
  )
  select h.id as "hostId", c.series_id as "seriesId", date_part('epoch', f.time) * 1000 as time,
         f.avgs[c.place]::float8 as value
  from hosts h
  cross join lateral (
    select time, layout_id, avgs, counts from frames_1m where host_id = h.id and time = any($2::timestamptz[])
  ) f
  join columns c using (layout_id)
  where h.last_seen >= $3 and f.counts[c.place] > 0
  order by f.time`

interface Row extends TrendPoint {
  hostId: number
  seriesId: number
}

async function readMarks(
  client: PoolClient,
  seriesIds: readonly number[],
  marks: readonly number[]
): Promise<Row[]> {
  const [oldest] = marks
  if (seriesIds.length === 0 || oldest === undefined) return []
  const times = marks.map((mark) => new Date(mark).toISOString())
  const { rows } = await client.query<Row>(AT_MARKS, [seriesIds, times, new Date(oldest)])
  return rows
}

export function createTrends(): Trends {
  const byWindow = new Map<number, Remembered>()
  return {
    async read(client, seriesIds, window, now) {
      const { minutes } = await readReach(client)
      const remembered = rememberedOf(byWindow.get(window), now)
      const marks = marksIn(window, now - window, minutes)
      const fresh = seriesIds.filter((id) => !remembered.seriesIds.has(id))
      const known = seriesIds.filter((id) => remembered.seriesIds.has(id))
      const rows = [
        ...(await readMarks(client, fresh, marks)),
        ...(await readMarks(
          client,
          known,
          marks.filter((mark) => mark > remembered.until)
        ))
      ]
      const newest = pointsOf(await readMarks(client, seriesIds, [minutes - MINUTE]))
      // Only now, when nothing can fail any more.
      pointsOf(rows, remembered.points)
      for (const id of fresh) remembered.seriesIds.add(id)
      remembered.until = marks.at(-1) ?? remembered.until
      byWindow.set(window, remembered)
      forget(remembered.points, now - window)
      return (hostId, seriesId) => {
        const past = remembered.points.get(hostId)?.get(seriesId) ?? []
        const [last] = newest.get(hostId)?.get(seriesId) ?? []
        return last && last.time > (past.at(-1)?.time ?? 0) ? [...past, last] : past
      }
    }
  }
}

/** @param until epoch ms, this included */
function forget(points: Points, until: number): void {
  for (const ofHost of points.values()) {
    for (const [id, past] of ofHost) {
      const kept = past.findIndex(({ time }) => time > until)
      if (kept < 0) ofHost.delete(id)
      else if (kept > 0) past.splice(0, kept)
    }
  }
}

const rememberedOf = (before: Remembered | undefined, now: number): Remembered =>
  before && Math.abs(now - before.readAt) < READ_ANEW
    ? before
    : { points: new Map(), seriesIds: new Set(), until: 0, readAt: now }

function pointsOf(rows: readonly Row[], points: Points = new Map()): Points {
  for (const { hostId, seriesId, time, value } of rows) {
    const ofHost = points.get(hostId) ?? new Map<number, TrendPoint[]>()
    points.set(hostId, ofHost)
    const ofSeries = ofHost.get(seriesId)
    if (ofSeries) ofSeries.push({ time, value })
    else ofHost.set(seriesId, [{ time, value }])
  }
  return points
}
