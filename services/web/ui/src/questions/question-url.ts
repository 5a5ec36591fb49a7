/**
 * Questions in the URL, one letter each: `a=system.cpu.utilization&a.host=web-*&a.is.cpu.mode=!idle&a.by=host&a.top=10`.
 * What is as usual does not stand there.
 */
import type { Aggregate, MetricQuestion } from '@miniobserv/protocol'
import type { Changes } from '../state/query-string.ts'
import { ACROSS, AGGREGATES } from './choices.ts'

const LETTERS = 'abcdefghijklmnopqrst'

/** As somebody sees it who has only picked a metric: each series apart, but not more than can be looked at. */
export const MANY = 20

export function newQuestion(metric: string): MetricQuestion {
  return {
    ...{ metric, name: '', hosts: [], where: {}, by: null },
    ...{ agg: 'avg', across: null, topk: MANY }
  }
}

/** What makes no sense in the URL is as if it were not there. */
export function readQuestions(query: URLSearchParams): MetricQuestion[] {
  return [...LETTERS].flatMap((letter) => {
    const metric = query.get(letter)
    if (!metric) return []
    const given = (name: string) => query.get(`${letter}.${name}`)
    const where: MetricQuestion['where'] = {}
    const prefix = `${letter}.is.`
    for (const name of new Set(query.keys())) {
      if (name.startsWith(prefix)) where[name.slice(prefix.length)] = query.getAll(name)
    }
    const by = given('by')
    const top = given('top')
    return {
      ...{ metric, name: given('name') ?? '', hosts: query.getAll(`${letter}.host`), where },
      by: by === null ? null : by === '-' ? [] : by.split(','),
      agg: oneOf(AGGREGATES, given('agg')) ?? ('avg' satisfies Aggregate),
      across: oneOf(ACROSS, given('across')) ?? null,
      topk: top === 'all' ? null : count(top)
    }
  })
}

/** Changes of a query string: all that says something of questions is put anew. */
export function questionsQuery(questions: readonly MetricQuestion[], now: URLSearchParams): Changes {
  const changes: Changes = {}
  for (const name of now.keys()) if (/^[a-t](\.|$)/.test(name)) changes[name] = null
  questions.forEach(({ metric, name, hosts, where, by, agg, across, topk }, i) => {
    const letter = LETTERS[i]
    if (!letter) return
    Object.assign(changes, {
      [letter]: metric,
      [`${letter}.name`]: name,
      [`${letter}.host`]: hosts,
      ...Object.fromEntries(
        Object.entries(where).map(([label, values]) => [`${letter}.is.${label}`, values])
      ),
      [`${letter}.by`]: by === null ? null : by.length === 0 ? '-' : by.join(','),
      [`${letter}.agg`]: agg === 'avg' ? null : agg,
      [`${letter}.across`]: across,
      [`${letter}.top`]: topk === null ? 'all' : topk === MANY ? null : String(topk)
    })
  })
  return changes
}

/** How a question is called in the URL and before its row. */
export const letterOf = (index: number): string => (LETTERS[index] ?? '').toUpperCase()

export const MOST_QUESTIONS = LETTERS.length

function oneOf<T extends string>(all: readonly T[], text: string | null): T | undefined {
  return all.find((each) => each === text)
}

function count(text: string | null): number {
  const number = Number(text)
  return Number.isInteger(number) && number >= 1 && number <= 1000 ? number : MANY
}
