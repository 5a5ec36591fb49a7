/** The order of a legend: by one of the values of its lines, the greatest first; lines without any at the end. */
import { type AnsweredLine, type Statistics, statisticsOf } from '../../questions/lines.ts'

export const STATISTICS = ['last', 'min', 'avg', 'max'] as const satisfies readonly (keyof Statistics)[]
export type Statistic = (typeof STATISTICS)[number]

export function sortLegend(
  lines: readonly AnsweredLine[],
  by: Statistic
): { line: AnsweredLine; statistics: Statistics }[] {
  return lines
    .map((line) => ({ line, statistics: statisticsOf(line.points) }))
    .sort(
      (a, b) =>
        (b.statistics[by] ?? Number.NEGATIVE_INFINITY) - (a.statistics[by] ?? Number.NEGATIVE_INFINITY) ||
        a.line.name.localeCompare(b.line.name, 'en', { numeric: true })
    )
}
