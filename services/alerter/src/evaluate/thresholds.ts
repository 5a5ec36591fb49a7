/** Rules that look at samples: a value that is passed, and series that have stopped. */
import { type ConditionOf, valueText } from '@miniobserv/protocol'
import type { Group } from './catalogue.ts'
import { type Look, type Samples, windowMs } from './look.ts'
import type { Finding, Standings } from './standings.ts'
import { subjectOf } from './subject.ts'
import { judge, putTogether, windowValue } from './window.ts'
import { labelWords } from './words.ts'

const WORDS = { '>': 'above', '>=': 'at or above', '<': 'below', '<=': 'at or below' } as const
/** Digits of a measured value. */
const MEASURED = 3
const UNSEEN = { seen: false, bad: false, recovered: false, value: null }

/** @param meant ids of the hosts that the rule means */
export function lookAtThreshold(
  condition: ConditionOf<'threshold'>,
  look: Look,
  meant: ReadonlySet<number>,
  standings: Standings
): void {
  const samples = look.samples(condition)
  const groups = look.catalogue.grouper(condition)
  for (const host of look.hosts) {
    if (!meant.has(host.id)) continue
    for (const group of groups(look.layouts.of(host.id))) {
      const value = groupValue(condition, group, host.id, samples)
      const finding = thresholdFinding(condition, group, value)
      if (finding.seen && !finding.bad && !standings.has(host.id)) standings.wellAgain()
      else standings.take(subjectOf(host, group), finding)
    }
  }
}

/** @returns undefined where there were no samples */
export function groupValue(
  { agg, across }: ConditionOf<'threshold'>,
  { seriesIds }: Group,
  hostId: number,
  samples: Samples
): number | undefined {
  if (seriesIds.length === 1 || !across) {
    const sums = samples(hostId, seriesIds[0] as number)
    return sums && windowValue(sums, agg)
  }
  const values: number[] = []
  for (const id of seriesIds) {
    const sums = samples(hostId, id)
    const value = sums && windowValue(sums, agg)
    if (value !== undefined) values.push(value)
  }
  return values.length === 0 ? undefined : putTogether(values, across)
}

export function thresholdFinding(
  condition: ConditionOf<'threshold'>,
  group: Group,
  value: number | undefined
): Finding {
  if (value === undefined) {
    const describe = () => `${condition.metric}: no data for ${condition.window}`
    return { ...UNSEEN, describe }
  }
  const describe = () => thresholdWords(condition, group, value)
  // Samples that are still to come change these, whichever side they are on.
  const silence = condition.agg === 'count' || condition.agg === 'sum'
  return { seen: true, ...judge(condition, value), silence, value, describe }
}

/** A series of a host that still sends has stopped; a host that is silent is another rule's business. */
export function lookAtNoData(
  condition: ConditionOf<'no-data'>,
  look: Look,
  meant: ReadonlySet<number>,
  standings: Standings
): void {
  const samples = look.samples(condition)
  const groups = look.catalogue.grouper(condition)
  const window = windowMs(condition)
  for (const host of look.hosts) {
    if (!meant.has(host.id)) continue
    const sends = host.lastSeen > look.now - window
    for (const group of groups(look.layouts.of(host.id))) {
      const missing = group.seriesIds.every((id) => samples(host.id, id) === undefined)
      if (!missing && !standings.has(host.id)) standings.wellAgain()
      else standings.take(subjectOf(host, group), noDataFinding(condition, missing, sends))
    }
  }
}

export function noDataFinding(
  { metric, after }: ConditionOf<'no-data'>,
  missing: boolean,
  sends: boolean
): Finding {
  return {
    ...{ seen: sends || !missing, bad: missing, recovered: !missing, silence: missing, value: null },
    describe: () => {
      if (!missing) return `${metric}: data is coming again`
      return sends
        ? `${metric}: no data for ${after}, though the host sends`
        : `${metric}: the host sends nothing`
    }
  }
}

/** The host and the labels stand beside it. */
function thresholdWords(
  { metric, agg, window, op, value: limit, across, where }: ConditionOf<'threshold'>,
  group: Group,
  value: number
): string {
  const unit = agg === 'count' ? '' : group.unit
  const put = across ? `, ${across} of ${where ? labelWords(where) : 'all series'}` : ''
  const rule = `${WORDS[op]} ${valueText(limit, unit)}`
  return `${metric} is ${valueText(value, unit, MEASURED)}, rule: ${rule} (${agg} over ${window}${put})`
}
