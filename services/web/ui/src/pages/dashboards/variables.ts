/** The values of a dashboard's variables, as they stand in the URL: `v.host=web-*`; and what panels make of them. */
import type { MetricQuestion, Variable } from '@miniobserv/protocol'
import type { Changes } from '../../state/query-string.ts'

/** By name; an empty list means all. */
export type Values = Readonly<Record<string, readonly string[]>>

/** In the URL: all, although something else is chosen at first. */
const ALL = '*'

export function readValues(variables: readonly Variable[], query: URLSearchParams): Values {
  return Object.fromEntries(
    variables.map(({ name, values }) => {
      const chosen = query.getAll(`v.${name}`)
      if (chosen.length === 0) return [name, values]
      return [name, chosen.length === 1 && chosen[0] === ALL ? [] : chosen]
    })
  )
}

export function valuesQuery({ name, values: first }: Variable, values: readonly string[]): Changes {
  const usual = JSON.stringify(values) === JSON.stringify(first)
  return { [`v.${name}`]: usual ? null : values.length === 0 ? [ALL] : [...values] }
}

/** `$name` becomes its values; all of them is no condition at all. */
export function fillIn(patterns: readonly string[], values: Values): string[] {
  const filled: string[] = []
  for (const pattern of patterns) {
    if (!pattern.startsWith('$')) {
      filled.push(pattern)
      continue
    }
    const own = values[pattern.slice(1)] ?? []
    if (own.length === 0) return patterns.filter((each) => each.startsWith('!'))
    filled.push(...own)
  }
  return filled
}

export function fillQuestion(question: MetricQuestion, values: Values): MetricQuestion {
  const where = Object.entries(question.where).flatMap(([label, patterns]) => {
    const filled = fillIn(patterns, values)
    return filled.length === 0 ? [] : [[label, filled] as const]
  })
  return { ...question, hosts: fillIn(question.hosts, values), where: Object.fromEntries(where) }
}
