/** Rows of a table panel: one for each host and set of labels, with one value a question. */
import type { Reduction } from '@miniobserv/protocol'
import { type AnsweredLine, statisticsOf } from '../../../questions/lines.ts'

export interface TableRow {
  key: string
  host: string | undefined
  labels: string
  /** One a question. */
  values: (number | null)[]
}

/** The greatest first value on top. @param questions how many there are */
export function tableRows(lines: readonly AnsweredLine[], questions: number, reduce: Reduction): TableRow[] {
  const rows = new Map<string, TableRow>()
  for (const { question, host, labels, points } of lines) {
    const texts = Object.entries(labels)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([, value]) => value)
    const key = JSON.stringify([host, labels])
    const row = rows.get(key) ?? {
      ...{ key, host, labels: texts.join(' ') },
      values: new Array<number | null>(questions).fill(null)
    }
    row.values[question] = statisticsOf(points)[reduce]
    rows.set(key, row)
  }
  return [...rows.values()].sort(
    (a, b) => (b.values[0] ?? Number.NEGATIVE_INFINITY) - (a.values[0] ?? Number.NEGATIVE_INFINITY)
  )
}
