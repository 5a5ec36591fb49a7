/** Asks several questions over one time, and makes lines of the answers. */
import type { MetricQuestion } from '@miniobserv/protocol'
import { ask, type Span } from '../api/metrics.ts'
import { type AnsweredLine, nameLines } from './lines.ts'

export interface Answers {
  from: number
  to: number
  /** The widest of all answers, ms. */
  step: number
  lines: AnsweredLine[]
}

export async function askAll(
  questions: readonly MetricQuestion[],
  span: Span,
  signal: AbortSignal
): Promise<Answers> {
  const answers = await Promise.all(questions.map((question) => ask(question, span, signal)))
  const found = answers.flatMap(({ series }, i) => series.map((each) => ({ each, question: i })))
  const names = nameLines(questions, found)
  return {
    ...{ from: span.from, to: span.to, step: Math.max(0, ...answers.map(({ step }) => step)) },
    lines: found.map(({ each, question }, i) => ({
      ...{ question, name: names[i] ?? '', host: each.host, labels: each.labels },
      ...{ unit: each.unit, points: each.points }
    }))
  }
}
