/** The address of a new rule that looks at what a question asks for. */
import type { MetricQuestion } from '@miniobserv/protocol'
import { type AnsweredLine, statisticsOf } from '../../questions/lines.ts'
import { link } from '../../state/query-string.ts'

/** How a rule may make one value of a window; a percentile is no such way. */
const AGGREGATES = ['avg', 'min', 'max', 'sum', 'last', 'count']

/** @param lines what was found: the highest of it is where a threshold may begin */
export function alertLink(
  { metric, hosts, where, by, agg, across }: MetricQuestion,
  lines: readonly AnsweredLine[] = []
): string {
  const highest = Math.max(...lines.map(({ points }) => statisticsOf(points).max ?? Number.NEGATIVE_INFINITY))
  return link('/alerts/rules/new', {
    ...{ metric, host: hosts, across: across ?? '' },
    // Labels stand there as in GET /api/v1/query. A rule has one pattern for each: several values are left to the person.
    ...Object.fromEntries(
      Object.entries(where).flatMap(([label, [value, ...more]]) =>
        value !== undefined && more.length === 0 ? [[label, value]] : []
      )
    ),
    by: across === null ? '' : (by ?? []).filter((name) => name !== 'host').join(','),
    agg: AGGREGATES.includes(agg) ? agg : '',
    value: Number.isFinite(highest) ? String(Number(highest.toPrecision(2))) : ''
  })
}
