/** Replays rules that look ahead: in the slices of time it reads minutes, and of the window before them only the marks. */
import type { ConditionOf } from '@miniobserv/protocol'
import { durationMs } from '../duration.ts'
import { lookAhead } from '../evaluate/forecast.ts'
import { stepOf } from '../evaluate/trends.ts'
import { arrivalsOf } from './arrivals.ts'
import { darkTimes } from './darkness.ts'
import { growthFinder } from './growth.ts'
import { readHistory } from './history.ts'
import { readKnown } from './known.ts'
import type { Past } from './past.ts'
import { hoursSuffice, outlookRemarks } from './remarks.ts'
import type { Replay } from './replay.ts'
import type { Replayed } from './samples.ts'
import { HOUR, looksIn, mostly, type Slice, sectionsOf, slicesOf, TABLES } from './sections.ts'
import { trailOf } from './trail.ts'
import { walk } from './walk.ts'

const MINUTE = 60_000

/** Of a slice, ms: some six times as much as its marks, and no more than that is in memory, however long the window. */
const LENGTH = 6 * HOUR

export async function replayOutlook(
  condition: ConditionOf<'forecast'>,
  replay: Replay,
  past: Past
): Promise<Replayed> {
  const { db, hosts, meant, reach, from, to, interval, pause } = past
  const known = await readKnown(past, condition)
  const { catalogue, shapes, layouts } = known
  const grouper = catalogue.grouper(condition)
  const findSuspects = growthFinder(db, {
    ...{ condition, shapes, layouts, grouper, reach, hostIds: [...meant] }
  })
  const isDark = await darkTimes(past)
  const window = durationMs(condition.window)
  const kept = sectionsOf(reach, { from, to: to + 1, interval, window, finest: '1m' })
  const sections = kept.filter(({ tier }) => tier !== '1h' || hoursSuffice(window))
  const slices = sections.flatMap((section) => [...slicesOf(section, LENGTH)])

  await walk(slices, { past, replay, layouts, findSuspects }, async (slice, ids) => {
    const { width } = TABLES[slice.tier]
    const extent = {
      ...{ tier: slice.tier, from: slice.readFrom, to: slice.to, hostIds: [...ids], shapes },
      ...{ minutesUntil: reach.minutesUntil, agg: 'avg' as const, others: false },
      lead: leadOf(slice, stepOf(window, width), width)
    }
    const history = await readHistory(db, extent, (pieces) => trailOf(pieces, window, width))
    const watched = hosts.filter(({ id }) => ids.has(id)).map((host) => ({ ...host, lastSeen: 0 }))
    const arrive = arrivalsOf(history, layouts, watched)
    for (const now of looksIn(slice)) {
      await pause()
      arrive(now)
      const trendOf = (hostId: number, seriesId: number) =>
        history.tracks.get(hostId)?.get(seriesId)?.at(now) ?? []
      replay.look(now, isDark(now), (stand) =>
        lookAhead(condition, { hosts: watched, catalogue, layouts }, trendOf, meant, stand)
      )
    }
  })
  return {
    resolution: mostly(sections) ?? '1m',
    every: sections.at(-1)?.every ?? Math.ceil(interval / MINUTE) * MINUTE,
    remarks: outlookRemarks(kept, condition, interval)
  }
}

/** The newest row before the first look is wanted whether it is at a mark or not. */
function leadOf(
  { readFrom, from }: Slice,
  step: number,
  width: number
): { until: number; at: readonly number[] } {
  const at: number[] = []
  const until = Math.max(readFrom, from - width)
  for (let mark = Math.ceil(readFrom / step) * step; mark < until; mark += step) at.push(mark)
  return { until, at }
}
