/** Which series a query means, and which of them it puts together. */
import type { Pool } from '@miniobserv/db'
import type { Labels } from '@miniobserv/protocol'

export interface FoundSeries {
  id: number
  labels: Labels
  unit: string
}

/** Series that become one line of the answer, for each host where hosts are kept apart. */
export interface Group {
  labels: Labels
  seriesIds: number[]
}

/** @param labels what each label must be, or one of several values */
export async function findSeries(
  db: Pool,
  metric: string,
  labels: Record<string, string | string[]>
): Promise<FoundSeries[]> {
  const conditions = Object.keys(labels).map((_, i) => `and labels ->> $${2 * i + 2} = any($${2 * i + 3})`)
  const values = Object.entries(labels).flatMap(([label, value]) => [label, [value].flat()])
  const { rows } = await db.query<FoundSeries>(
    `select id, labels, unit from series where name = $1 ${conditions.join(' ')} order by labels`,
    [metric, ...values]
  )
  return rows
}

/** @param by comma-separated names of labels, and `host`; undefined keeps every label and the host */
export function groupSeries(
  found: readonly FoundSeries[],
  by: string | undefined
): { groups: Group[]; keepHost: boolean } {
  if (by === undefined) {
    return { groups: found.map(({ id, labels }) => ({ labels, seriesIds: [id] })), keepHost: true }
  }
  const kept = by.split(',').map((name) => name.trim())
  const groups = new Map<string, Group>()
  for (const { id, labels } of found) {
    const rest = Object.fromEntries(
      kept.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]] as const]))
    )
    const key = JSON.stringify(rest)
    const group = groups.get(key)
    if (group) group.seriesIds.push(id)
    else groups.set(key, { labels: rest, seriesIds: [id] })
  }
  return { groups: [...groups.values()], keepHost: kept.includes('host') }
}
