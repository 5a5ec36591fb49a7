/** What is kept of the samples in a window, and how it becomes the one value that a rule looks at. */
import type { Across, Comparison, ConditionOf, WindowAggregate } from '@miniobserv/protocol'

/** Partials that can be put together: of raw samples, of minutes and of hours. */
export interface Sums {
  sum: number
  count: number
  min: number
  max: number
  last: number
  /** Epoch ms of last; -Infinity where there is none. */
  lastTime: number
}

export const emptySums = (): Sums => ({
  sum: 0,
  count: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  last: Number.NaN,
  lastTime: Number.NEGATIVE_INFINITY
})

export function addSample(sums: Sums, value: number, time: number): void {
  sums.sum += value
  sums.count++
  if (value < sums.min) sums.min = value
  if (value > sums.max) sums.max = value
  if (time >= sums.lastTime) {
    sums.last = value
    sums.lastTime = time
  }
}

/** Adds what `more` holds to `sums`. */
export function addSums(sums: Sums, more: Sums): void {
  sums.sum += more.sum
  sums.count += more.count
  sums.min = Math.min(sums.min, more.min)
  sums.max = Math.max(sums.max, more.max)
  if (more.lastTime < sums.lastTime) return
  sums.last = more.last
  sums.lastTime = more.lastTime
}

/** @returns undefined where there was no sample */
export function windowValue(sums: Sums, agg: WindowAggregate): number | undefined {
  if (sums.count === 0) return undefined
  if (agg === 'avg') return sums.sum / sums.count
  return sums[agg]
}

/** @param values of the series of one host, at least one */
export function putTogether(values: readonly number[], across: Across): number {
  if (across === 'min') return values.reduce((a, b) => Math.min(a, b))
  if (across === 'max') return values.reduce((a, b) => Math.max(a, b))
  const sum = values.reduce((a, b) => a + b, 0)
  return across === 'avg' ? sum / values.length : sum
}

const passes: Record<Comparison, (value: number, limit: number) => boolean> = {
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit
}

/** Whether the value is bad, and whether it is good enough to end an alert. */
export function judge(
  { op, value: limit, recover }: Pick<ConditionOf<'threshold'>, 'op' | 'value' | 'recover'>,
  value: number
): { bad: boolean; recovered: boolean } {
  const bad = passes[op](value, limit)
  return { bad, recovered: !bad && (recover === undefined || !passes[op](value, recover)) }
}
