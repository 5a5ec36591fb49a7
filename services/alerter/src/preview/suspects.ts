/**
 * Which hosts have to be looked at closely in a slice of time. Of the others hours, or whole minutes, prove that nothing
 * came near what the rule warns of, and nothing else of them is read.
 */
import type { Reach, Reading } from '@miniobserv/db'
import type { ConditionOf } from '@miniobserv/protocol'
import type { Group, Grouper } from '../evaluate/catalogue.ts'
import type { HostLayouts } from '../evaluate/hosts.ts'
import type { OfSamples } from '../evaluate/look.ts'
import { judge } from '../evaluate/window.ts'
import type { Shape } from './columns.ts'
import { type HourOfHost, hourReader } from './hours.ts'
import { HOUR, type Slice } from './sections.ts'

const MINUTE = 60_000

export interface Search<Condition = OfSamples> {
  condition: Condition
  shapes: readonly Shape[]
  layouts: HostLayouts
  grouper: Grouper
  reach: Reach
  /** Ids of those that the rule means. */
  hostIds: readonly number[]
}

/** Notes the layouts of hosts that need no closer look. @returns ids of the others; all where nothing can be proven */
export type FindSuspects = (slice: Slice) => Promise<ReadonlySet<number>>

export function suspectFinder(db: Reading, search: Search): FindSuspects {
  const { condition, shapes, layouts, reach, hostIds } = search
  const all = new Set(hostIds)
  const what = condition.kind === 'no-data' ? 'minutes' : rising(condition) ? 'greatest' : 'least'
  const until = what === 'minutes' ? reach.minutesUntil : reach.hoursUntil
  const read = hourReader(db, { what, shapes, hostIds })

  return async (slice) => {
    const from = Math.floor(slice.readFrom / HOUR) * HOUR
    if (!isProvable(condition, slice) || slice.to > until) return all
    const hoursOf = await read(from, slice.to)
    const suspects = new Set<number>()
    for (const hostId of hostIds) {
      const hours = hoursOf(hostId)
      const groups = search.grouper([
        ...new Set([...layouts.of(hostId), ...hours.map((each) => each.layoutId)])
      ])
      const isSuspect =
        condition.kind === 'threshold'
          ? groups.some((group) => mayPass(condition, group, hours))
          : mayLack(groups, hours, (slice.to - from) / HOUR)
      if (isSuspect) suspects.add(hostId)
      else for (const { layoutId, time } of hours) layouts.note(hostId, layoutId, time)
    }
    return suspects
  }
}

function isProvable(condition: OfSamples, { window, tier, to }: Slice): boolean {
  // No window holds less, or more, than the least, or greatest, of its samples; of their sum and number hours prove less.
  if (condition.kind === 'threshold') return condition.agg !== 'sum' && condition.agg !== 'count'
  // Every window of two minutes holds a whole one.
  return window >= 2 * MINUTE && tier !== '1h' && to % HOUR === 0
}

const rising = ({ op }: ConditionOf<'threshold'>): boolean => op.startsWith('>')

/** Whether the group's value can be bad when each of its series is as extreme as it ever was in these hours, or missing. */
function mayPass(
  condition: ConditionOf<'threshold'>,
  { seriesIds }: Group,
  hours: readonly HourOfHost[]
): boolean {
  const up = rising(condition)
  const farther = (a: number, b: number): number => (up ? Math.max(a, b) : Math.min(a, b))
  const extremes = seriesIds.flatMap((id) => {
    const values = hours.flatMap(({ values }) => values.get(id) ?? [])
    return values.length === 0 ? [] : values.reduce(farther)
  })
  if (extremes.length === 0) return false
  const most =
    condition.across === 'sum'
      ? extremes.reduce((sum, value) => sum + farther(0, value), 0)
      : extremes.reduce(farther)
  // Hours hold their extremes as float4.
  const margin = extremes.reduce((sum, value) => sum + Math.abs(value), 0) * 1e-6 + Number.MIN_VALUE
  return judge({ op: condition.op, value: condition.value }, up ? most + margin : most - margin).bad
}

/** Whether any minute of so many hours may lack any of the series. */
function mayLack(groups: readonly Group[], hours: readonly HourOfHost[], count: number): boolean {
  // Two layouts that share an hour may share a minute, which would then count twice.
  if (hours.length !== count) return true
  return groups.some(({ seriesIds }) =>
    seriesIds.some((id) => hours.some(({ values }) => values.get(id) !== 60))
  )
}
