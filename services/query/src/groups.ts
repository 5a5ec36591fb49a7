/** Which series a query means, and which of them it puts together. */
import type { Reading } from '@miniobserv/db'
import type { Labels } from '@miniobserv/protocol'
import { isPattern, likePattern, wantedAndNot } from './patterns.ts'

export interface FoundSeries {
  id: number
  name: string
  labels: Labels
  unit: string
}

/** Series that become one line of the answer, for each host where hosts are kept apart. */
export interface Group {
  metric: string
  labels: Labels
  seriesIds: number[]
}

export type LabelFilter = Record<string, string | string[]>

/**
 * Conditions on series.labels; exact values are found by its index. A label that is missing counts as the empty text.
 * @param first number of the first parameter
 */
export function labelConditions(labels: LabelFilter, first: number): { sql: string; values: string[] } {
  const values: string[] = []
  const place = (value: string) => `$${first + values.push(value) - 1}`
  const text = (label: string) => `coalesce(labels ->> ${place(label)}::text, '')`
  const conditions = Object.entries(labels).flatMap(([label, given]) => {
    const { wanted, not } = wantedAndNot([given].flat())
    const either = wanted.map((value) =>
      isPattern(value)
        ? `${text(label)} like ${place(likePattern(value))}`
        : `labels @> ${place(JSON.stringify({ [label]: value }))}::jsonb`
    )
    return [
      ...(either.length > 0 ? [`and (${either.join(' or ')})`] : []),
      ...not.map((value) => `and ${text(label)} not like ${place(likePattern(value))}`)
    ]
  })
  return { sql: conditions.join(' '), values }
}

/** @param labels what each label must be, or one of several values */
export async function findSeries(
  db: Pick<Reading, 'query'>,
  metrics: readonly string[],
  labels: LabelFilter
): Promise<FoundSeries[]> {
  const { sql, values } = labelConditions(labels, 2)
  const { rows } = await db.query<FoundSeries>(
    `select id, name, labels, unit from series where name = any($1) ${sql}
     order by array_position($1::text[], name), labels`,
    [metrics, ...values]
  )
  return rows
}

/** @param by comma-separated names of labels, and `host`; undefined keeps every label and the host */
export function groupSeries(
  found: readonly FoundSeries[],
  by: string | undefined
): { groups: Group[]; keepHost: boolean } {
  if (by === undefined) {
    const groups = found.map(({ id, name, labels }) => ({ metric: name, labels, seriesIds: [id] }))
    return { groups, keepHost: true }
  }
  const kept = by.split(',').map((name) => name.trim())
  const groups = new Map<string, Group>()
  for (const { id, name, labels } of found) {
    const rest = Object.fromEntries(
      kept.flatMap((label) => (labels[label] === undefined ? [] : [[label, labels[label]] as const]))
    )
    const key = JSON.stringify([name, rest])
    const group = groups.get(key)
    if (group) group.seriesIds.push(id)
    else groups.set(key, { metric: name, labels: rest, seriesIds: [id] })
  }
  return { groups: [...groups.values()], keepHost: kept.includes('host') }
}
