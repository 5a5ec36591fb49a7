/** One chart a unit: values of two units have no common axis. */
import type { MetricQuestion } from '@miniobserv/protocol'
import type { AnsweredLine } from './lines.ts'

export interface UnitGroup {
  unit: string
  /** What its lines are of. */
  title: string
  lines: AnsweredLine[]
  /** Where the y axis ends: at the whole for parts of it; null is above the highest value. */
  ceiling: number | null
}

export function groupByUnit(
  lines: readonly AnsweredLine[],
  questions: readonly MetricQuestion[]
): UnitGroup[] {
  return [...Map.groupBy(lines, ({ unit }) => unit)].map(([unit, own]) => ({
    ...{ unit, title: titleOf(own.flatMap(({ question }) => questions[question] ?? [])), lines: own },
    ceiling: unit === '1' && own.every(isPart) ? 1 : null
  }))
}

/** Names of questions, each once. */
export const titleOf = (questions: readonly MetricQuestion[]): string =>
  [...new Set(questions.map(({ name, metric }) => name || metric))].join(', ')

/** A little over 1 is what adding up parts makes of 1. */
const isPart = ({ points }: AnsweredLine) =>
  points.every(([, value]) => value === null || (value >= 0 && value <= 1.001))
