/** Windows of hours: put together from hours, minutes and the newest raw samples, like the query service's charts. */
import type { PoolClient } from '@miniobserv/db'
import type { Sums } from './window.ts'

const MINUTE = 60_000
const HOUR = 3_600_000

/** By host id, then series id. */
export type LongWindow = Map<number, Map<number, Sums>>

/** Where one tier ends and the next begins, epoch ms; a range whose end is not after its start is empty. */
interface Ranges {
  minutesBefore: readonly [number, number]
  hours: readonly [number, number]
  minutesAfter: readonly [number, number]
  raw: readonly [number, number]
}

/**
 * @param doneMinutes up to when minutes are rolled up  @param doneHours the same of hours
 * @returns ranges that touch and do not overlap, from the first full minute on
 */
export function splitRange(from: number, to: number, doneMinutes: number, doneHours: number): Ranges {
  const start = Math.ceil(from / MINUTE) * MINUTE
  const minutesEnd = Math.max(start, Math.min(doneMinutes, Math.floor(to / MINUTE) * MINUTE))
  const hoursStart = Math.ceil(start / HOUR) * HOUR
  const hoursEnd = Math.min(doneHours, minutesEnd, Math.floor(to / HOUR) * HOUR)
  if (hoursEnd <= hoursStart) {
    return {
      minutesBefore: [start, minutesEnd],
      hours: [0, 0],
      minutesAfter: [0, 0],
      raw: [minutesEnd, to]
    }
  }
  return {
    minutesBefore: [start, hoursStart],
    hours: [hoursStart, hoursEnd],
    minutesAfter: [hoursEnd, minutesEnd],
    raw: [minutesEnd, to]
  }
}

const at = (parameter: number): string =>
  `timestamptz 'epoch' + $${parameter}::bigint * interval '1 millisecond'`

// Most rules ask for means: extremes that nobody asks for are not taken out of their arrays.
const rollup = (table: string, from: number, extremes: boolean): string => `
  select f.host_id, c.series_id, f.time, f.avgs[c.place]::float8 * f.counts[c.place] as sum, f.counts[c.place]::float8 as count,
         ${extremes ? 'f.mins[c.place]::float8 as min, f.maxs[c.place]::float8 as max' : 'null::float8 as min, null::float8 as max'}
  from ${table} f join columns c using (layout_id)
  where f.time >= ${at(from)} and f.time < ${at(from + 1)} and f.counts[c.place] > 0`

// Raw samples belong to a window whose end they are at, too.
const statement = (extremes: boolean): string => `
  with columns as materialized (
    select l.id as layout_id, w.series_id, array_position(l.series_ids, w.series_id) as place
    from unnest($1::int[]) as w (series_id) join layouts l on l.series_ids @> array[w.series_id]
  ), parts as (
    ${rollup('frames_1m', 2, extremes)}
    union all ${rollup('frames_1h', 4, extremes)}
    union all ${rollup('frames_1m', 6, extremes)}
    union all
    select f.host_id, c.series_id, f.time, f.values[c.place], 1, f.values[c.place], f.values[c.place]
    from frames f join columns c using (layout_id)
    where f.time >= ${at(8)} and f.time <= ${at(9)} and f.values[c.place] is not null
  )
  select host_id, series_id, sum(sum) as sum, sum(count) as count, min(min) as min, max(max) as max,
         date_part('epoch', max(time)) * 1000 as last_time
  from parts group by 1, 2`

const DONE = `
  select coalesce(max(date_part('epoch', done_until)) filter (where tier = 1), 0) * 1000 as minutes,
         coalesce(max(date_part('epoch', done_until)) filter (where tier = 2), 0) * 1000 as hours
  from rollup_progress`

/** Up to when minutes and hours are rolled up, epoch ms. */
export async function readReach(client: PoolClient): Promise<{ minutes: number; hours: number }> {
  const { rows } = await client.query<{ minutes: number; hours: number }>(DONE)
  return rows[0] ?? { minutes: 0, hours: 0 }
}

export interface LongWindowQuestion {
  seriesIds: readonly number[]
  /** ms */
  window: number
  /** Whether anybody asks for min and max; without, they are not to be relied on. */
  extremes: boolean
}

export interface LongWindows {
  /** @param now epoch ms; what comes back may be of a moment before, see `FRESH` */
  read(client: PoolClient, question: LongWindowQuestion, now: number): Promise<LongWindow>
}

/** A window of hours hardly changes from look to look: it is read anew after a sixtieth of it, or after so long, ms. */
const FRESH = 5 * 60_000

export function createLongWindows(): LongWindows {
  const known = new Map<number, { question: string; at: number; found: LongWindow }>()
  return {
    async read(client, question, now) {
      const { window } = question
      const text = JSON.stringify(question)
      const before = known.get(window)
      // The look after a minute comes a little earlier than that, or later.
      const fresh = Math.min(window / 60, FRESH) - 1_000
      if (before?.question === text && Math.abs(now - before.at) < fresh) return before.found
      const found = await readLongWindow(client, question, now)
      known.set(window, { question: text, at: now, found })
      return found
    }
  }
}

async function readLongWindow(
  client: PoolClient,
  { seriesIds, window, extremes }: LongWindowQuestion,
  now: number
): Promise<LongWindow> {
  const found: LongWindow = new Map()
  if (seriesIds.length === 0) return found
  const { minutes, hours } = await readReach(client)
  const ranges = splitRange(now - window, now, minutes, hours)
  const { rows } = await client.query<
    Omit<Sums, 'last' | 'lastTime'> & { host_id: number; series_id: number; last_time: number }
  >(statement(extremes), [
    seriesIds,
    ...[...ranges.minutesBefore, ...ranges.hours, ...ranges.minutesAfter, ...ranges.raw].map(Math.round)
  ])
  for (const { host_id, series_id, last_time, ...sums } of rows) {
    const host = found.get(host_id) ?? new Map<number, Sums>()
    host.set(series_id, { ...sums, last: Number.NaN, lastTime: last_time })
    found.set(host_id, host)
  }
  return found
}
