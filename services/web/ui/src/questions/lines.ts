/** The lines of answers: each with a name of its own, and what it was over the time. */
import type { MetricQuestion, QueryAnswer } from '@miniobserv/protocol'
import type { Points } from '../charts/picture.ts'
import { texts } from '../texts.ts'
import { letterOf } from './question-url.ts'

type Series = QueryAnswer['series'][number]

export interface AnsweredLine {
  /** Which question it answers, counted from 0. */
  question: number
  name: string
  host: string | undefined
  labels: Series['labels']
  unit: string
  points: Points
}

/** Host and values of labels, as far as they tell the lines of a question apart; the question where there are several. */
export function nameLines(
  questions: readonly MetricQuestion[],
  found: readonly { each: Series; question: number }[]
): string[] {
  const telling = questions.map((_, i) => tellingLabels(found.filter(({ question }) => question === i)))
  const bare = found.map(({ each, question }) => {
    const { metric, name } = questions[question] as MetricQuestion
    const { host, labels } = telling[question] as ReturnType<typeof tellingLabels>
    const parts = [
      ...(host && each.host !== undefined ? [each.host] : []),
      ...labels.flatMap((label) => (each.labels[label] === undefined ? [] : [word(each.labels[label])]))
    ]
    if (name !== '') parts.unshift(name)
    else if (parts.length === 0) parts.push(each.host ?? metric)
    return parts.join(' ')
  })
  // Equal names of several questions: the letters tell them apart, as their rows have them.
  const count = Map.groupBy(bare, (name) => name)
  return bare.map((name, i) =>
    (count.get(name)?.length ?? 0) > 1 ? `${letterOf(found[i]?.question ?? 0)} ${name}` : name
  )
}

function tellingLabels(lines: readonly { each: Series }[]): { host: boolean; labels: string[] } {
  const hosts = new Set(lines.map(({ each }) => each.host))
  const names = new Set(lines.flatMap(({ each }) => Object.keys(each.labels)))
  const labels = [...names].filter(
    (name) => new Set(lines.map(({ each }) => each.labels[name] ?? '')).size > 1
  )
  return { host: hosts.size > 1 || labels.length === 0, labels }
}

const word = (value: string | undefined) => texts.labels[value ?? ''] ?? value ?? ''

export interface Statistics {
  last: number | null
  min: number | null
  avg: number | null
  max: number | null
}

export function statisticsOf(points: Points): Statistics {
  let last: number | null = null
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let [sum, count] = [0, 0]
  for (const [, value] of points) {
    if (value === null) continue
    last = value
    if (value < min) min = value
    if (value > max) max = value
    sum += value
    count++
  }
  return count === 0 ? { last, min: null, avg: null, max: null } : { last, min, avg: sum / count, max }
}
