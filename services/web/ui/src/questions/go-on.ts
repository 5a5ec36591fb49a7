/** Lets the lines of answers go on with samples as they come, where that says the same as asking anew. */
import type { Across, MetricQuestion } from '@miniobserv/protocol'
import { matchesName } from '@miniobserv/protocol/patterns'
import type { LiveSample, LiveSamplesQuestion } from '../api/live.ts'
import { bucketed } from '../charts/buckets.ts'
import type { Answers } from './answers.ts'

/** So many hosts are named in an address; more lines than that nobody follows by eye. */
const MOST_HOSTS = 50

/** What to follow: means of hosts that are known by name; null for anything else. */
export function toFollow(questions: readonly MetricQuestion[], answers: Answers): LiveSamplesQuestion | null {
  const hosts = [...new Set(answers.lines.map(({ host }) => host))]
  const named = hosts.flatMap((host) => host ?? [])
  if (named.length === 0 || named.length < hosts.length || named.length > MOST_HOSTS) return null
  if (questions.some(({ agg }) => agg !== 'avg')) return null
  return { metrics: [...new Set(questions.map(({ metric }) => metric))].sort(), hosts: named.sort() }
}

/**
 * What several parts of a page follow, as one question; null where there is nothing, or too much.
 * @param wishes null for nothing, undefined while somebody does not know yet: then nobody begins
 */
export function joinFollowed(
  wishes: readonly (LiveSamplesQuestion | null | undefined)[]
): LiveSamplesQuestion | null {
  if (wishes.some((wish) => wish === undefined)) return null
  const some = wishes.flatMap((wish) => wish ?? [])
  const hosts = new Set(some.flatMap((wish) => wish.hosts ?? []))
  if (some.length === 0 || hosts.size > MOST_HOSTS) return null
  return { metrics: [...new Set(some.flatMap(({ metrics }) => metrics))].sort(), hosts: [...hosts].sort() }
}

/** @param now the new end of the time, epoch ms */
export function goneOn(
  answers: Answers,
  questions: readonly MetricQuestion[],
  samples: readonly LiveSample[],
  now: number
): Answers {
  const { step, lines } = answers
  const last = Math.max(0, ...lines.map(({ points }) => points.at(-1)?.[0] ?? 0))
  if (step <= 0 || last === 0) return answers
  const added = questions.map((question, q) => {
    const places = new Map(
      lines.flatMap(({ question: of, host = '', labels }, i) =>
        of === q ? [[keyOf(question, host, labels), String(i)] as const] : []
      )
    )
    /** The series of each line: what `across` joins. */
    const series = new Map<string, Set<string>>()
    const { starts, meanOf } = bucketed(samples, step, last, ({ host, metric, labels }) => {
      if (metric !== question.metric || !isMeant(question, labels)) return undefined
      const line = places.get(keyOf(question, host, labels))
      if (line === undefined) return undefined
      const name = question.across ? `${line} ${JSON.stringify(labels)}` : line
      series.set(line, (series.get(line) ?? new Set()).add(name))
      return name
    })
    const valueAt = (start: number, line: string) =>
      joined(
        [...(series.get(line) ?? [])].map((name) => meanOf(start, name)),
        question.across
      )
    return { starts, valueAt }
  })
  const end = Math.max(last, ...added.flatMap(({ starts }) => starts))
  const from = answers.from + now - answers.to
  return {
    ...{ from, to: now, step },
    lines: lines.map((line, i) => {
      const points = line.points.filter(([time]) => time >= from)
      for (let start = last + step; start <= end; start += step)
        points.push([start, added[line.question]?.valueAt(start, String(i)) ?? null])
      return { ...line, points }
    })
  }
}

/** Equal for samples of one line. */
function keyOf({ by }: MetricQuestion, host: string, labels: Readonly<Record<string, string>>): string {
  const kept = by ? by.filter((name) => name !== 'host') : Object.keys(labels).sort()
  return JSON.stringify([host, ...kept.map((name) => [name, labels[name] ?? ''])])
}

const isMeant = ({ where }: MetricQuestion, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(where).every(([name, values]) => matchesName(values, labels[name] ?? ''))

function joined(means: readonly (number | null)[], across: Across | null): number | null {
  const found = means.filter((mean) => mean !== null)
  if (found.length === 0) return null
  if (across === 'min') return Math.min(...found)
  if (across === 'max') return Math.max(...found)
  const sum = found.reduce((a, b) => a + b, 0)
  return across === 'avg' ? sum / found.length : sum
}
