/** Rules that look ahead: a straight line through the past, and when it reaches a limit. */
import { type ConditionOf, valueText } from '@miniobserv/protocol'
import { durationMs } from '../duration.ts'
import type { Catalogue, Group } from './catalogue.ts'
import type { HostLayouts, KnownHost } from './hosts.ts'
import type { Finding, Standings } from './standings.ts'
import { subjectOf } from './subject.ts'
import { durationWords } from './words.ts'

export interface TrendPoint {
  /** Epoch ms. */
  time: number
  value: number
}

/** The points of a series in the window, the oldest first. */
export type TrendOf = (hostId: number, seriesId: number) => readonly TrendPoint[]

/** Fewer say nothing about the hours to come. */
export const LEAST_POINTS = 10

/** They must reach over so much of the window. */
export const LEAST_SHARE = 0.5

/** It is over when the limit is so much farther away than what fires. */
const RECOVERED = 1.2

/** @param points at least two, at different times @returns of the least squares: how much it grows in a millisecond */
export function slopeOf(points: readonly TrendPoint[]): number {
  const count = points.length
  const [time, value] = [
    points.reduce((sum, point) => sum + point.time, 0) / count,
    points.reduce((sum, point) => sum + point.value, 0) / count
  ]
  let [above, below] = [0, 0]
  for (const point of points) {
    above += (point.time - time) * (point.value - value)
    below += (point.time - time) ** 2
  }
  return below === 0 ? 0 : above / below
}

/**
 * How far away the limit is, ms; infinite where it does not grow. The way begins at the newest value, not on the line:
 * a disk that was just cleaned up is not full any more. And the later half must grow too: what was copied hours ago
 * does not go on.
 */
export function timeToLimit(points: readonly TrendPoint[], limit: number): number {
  const slope = Math.min(slopeOf(points), slopeOf(points.slice(points.length >> 1)))
  if (slope <= 0) return Number.POSITIVE_INFINITY
  return Math.max(0, (limit - (points.at(-1) as TrendPoint).value) / slope)
}

/** @param points of the window, the oldest first */
export function forecastFinding(
  condition: ConditionOf<'forecast'>,
  group: Group,
  points: readonly TrendPoint[]
): Finding {
  const { metric, limit, window, within } = condition
  const newest = points.at(-1)
  const reach = newest ? newest.time - (points[0] as TrendPoint).time : 0
  if (!newest || points.length < LEAST_POINTS || reach < LEAST_SHARE * durationMs(window)) {
    const describe = () =>
      `${metric}: ${durationWords(reach)} of data are too little for a line through ${window}`
    return { seen: false, bad: false, recovered: false, value: newest?.value ?? null, describe }
  }
  const away = timeToLimit(points, limit)
  const soon = durationMs(within)
  return {
    seen: true,
    bad: away <= soon,
    recovered: newest.value < limit && away > RECOVERED * soon,
    value: newest.value,
    describe: () => {
      const is = `${metric} is ${valueText(newest.value, group.unit, 3)}`
      const ahead = valueText(limit, group.unit)
      if (newest.value >= limit) return `${is}, ${ahead} or more`
      if (away === Number.POSITIVE_INFINITY) return `${is} and does not grow`
      return `${is}; as in the last ${window}, it reaches ${ahead} in ${durationWords(away)}`
    }
  }
}

export function lookAhead(
  condition: ConditionOf<'forecast'>,
  { hosts, catalogue, layouts }: { hosts: readonly KnownHost[]; catalogue: Catalogue; layouts: HostLayouts },
  trendOf: TrendOf,
  meant: ReadonlySet<number>,
  standings: Standings
): void {
  const groups = catalogue.grouper(condition)
  for (const host of hosts) {
    if (!meant.has(host.id)) continue
    for (const group of groups(layouts.of(host.id))) {
      // Without `across` a group is one series.
      const points = trendOf(host.id, group.seriesIds[0] as number)
      const finding = forecastFinding(condition, group, points)
      if (finding.seen && !finding.bad && !standings.has(host.id)) standings.wellAgain()
      else standings.take(subjectOf(host, group), finding)
    }
  }
}
