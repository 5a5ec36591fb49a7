/** How far samples, minutes and hours reach: which of them can answer for which part of a range. */
import type { Pool } from './pool.ts'

/** How far each tier reaches, epoch ms. */
export interface Reach {
  /** Samples before this may have been dropped. */
  rawSince: number
  minutesSince: number
  /** What ends by then is computed. */
  minutesUntil: number
  hoursUntil: number
}

// What came late for the last hours and waits to be computed is read from what it is computed from. For older times
// that would make wide questions slow for as long as one host catches up.
const REACH = `
  select p.tier, extract(epoch from least(p.done_until, d.due))::float8 * 1000 as until,
         extract(epoch from p.dropped_until)::float8 * 1000 as "sourceSince"
  from rollup_progress p
  cross join lateral (
    select min(time) as due from rollups_due d
    where d.tier = p.tier and d.time < p.done_until and d.time >= p.done_until - p.tier * interval '2 hours'
  ) d`

export async function readReach(db: Pick<Pool, 'query'>): Promise<Reach> {
  const { rows } = await db.query<{ tier: number; until: number; sourceSince: number }>(REACH)
  const [minutes, hours] = [1, 2].map((number) => rows.find(({ tier }) => tier === number))
  const minutesUntil = minutes?.until ?? 0
  return {
    rawSince: minutes?.sourceSince ?? 0,
    minutesSince: hours?.sourceSince ?? 0,
    minutesUntil,
    hoursUntil: Math.min(hours?.until ?? 0, minutesUntil)
  }
}
