/**
 * Which hosts a rule that looks ahead has to look at closely in a slice of time. Of the others hours prove it: however
 * their series moved between the least and the greatest value, no line through them is steep enough.
 */
import type { Reading } from '@miniobserv/db'
import type { ConditionOf } from '@miniobserv/protocol'
import { durationMs } from '../duration.ts'
import { LEAST_SHARE } from '../evaluate/forecast.ts'
import { stepOf } from '../evaluate/trends.ts'
import { type HourOfHost, hourReader } from './hours.ts'
import { HOUR, TABLES } from './sections.ts'
import type { FindSuspects, Search } from './suspects.ts'

/** The same contract as `suspectFinder`. */
export function growthFinder(db: Reading, search: Search<ConditionOf<'forecast'>>): FindSuspects {
  const { condition, shapes, layouts, grouper, reach, hostIds } = search
  const all = new Set(hostIds)
  const window = durationMs(condition.window)
  const readLeast = hourReader(db, { what: 'least', shapes, hostIds })
  const readGreatest = hourReader(db, { what: 'greatest', shapes, hostIds })

  return async (slice) => {
    if (slice.to > reach.hoursUntil) return all
    const from = Math.floor(slice.readFrom / HOUR) * HOUR
    const leastOf = await readLeast(from, slice.to)
    const greatestOf = await readGreatest(from, slice.to)
    const marks = window / stepOf(window, TABLES[slice.tier].width) + 2
    const suspects = new Set<number>()
    for (const hostId of hostIds) {
      const hours = greatestOf(hostId)
      const sent = new Set(hours.map(({ layoutId }) => layoutId))
      // Layouts that share a minute give two points at the same time.
      const points = marks * sent.size
      const isSuspect = grouper([...new Set([...layouts.of(hostId), ...sent])]).some(({ seriesIds }) => {
        const id = seriesIds[0] as number
        const [least, greatest] = [valuesOf(leastOf(hostId), id), valuesOf(hours, id)]
        return greatest.length > 0 && mayReach(condition, Math.min(...least), Math.max(...greatest), points)
      })
      if (isSuspect) suspects.add(hostId)
      else for (const { layoutId, time } of hours) layouts.note(hostId, layoutId, time)
    }
    return suspects
  }
}

const valuesOf = (hours: readonly HourOfHost[], seriesId: number): number[] =>
  hours.flatMap(({ values }) => values.get(seriesId) ?? [])

/**
 * The slope of least squares is at most the root of what values deviate over what times do. Values within a range deviate by
 * half of it at most, each; times by half of their reach at least, the first and the last.
 */
function mayReach(
  { limit, window, within }: ConditionOf<'forecast'>,
  least: number,
  greatest: number,
  points: number
): boolean {
  // Hours hold their extremes as float4.
  const margin = Math.max(Math.abs(least), Math.abs(greatest)) * 1e-6 + Number.MIN_VALUE
  const reach = LEAST_SHARE * durationMs(window)
  const steepest = ((greatest - least + margin) * Math.sqrt(points / 2)) / reach
  return greatest + margin + steepest * durationMs(within) >= limit
}
