/** Groups hosts by a label or a fact, and says by which ones it is worth doing. */
import type { Host } from '@miniobserv/protocol'
import { type Row, type Summary, summarize } from './rows.ts'

export interface GroupKey {
  name: string
  /** How many different values there are. */
  values: number
}

export interface Group {
  /** Empty for hosts without it. */
  value: string
  rows: Row[]
  summary: Summary
}

/** A list of more groups than this is a list of hosts again. */
const MOST = 100

export function groupValue({ labels, info }: Host, key: string): string {
  return labels[key] ?? String(info[key] ?? '')
}

/** Labels, which somebody has given on purpose, before facts; those that tell hosts apart, and not each from each. */
export function groupKeys(hosts: readonly Host[]): GroupKey[] {
  return [...keysOf(hosts, 'labels', 1), ...keysOf(hosts, 'info', 2)]
}

function keysOf(hosts: readonly Host[], member: 'labels' | 'info', least: number): GroupKey[] {
  const found = new Map<string, Set<string>>()
  for (const host of hosts) {
    for (const [name, value] of Object.entries(host[member])) {
      const values = found.get(name) ?? new Set()
      found.set(name, values)
      if (values.size <= MOST) values.add(String(value))
    }
  }
  return [...found]
    .map(([name, { size }]) => ({ name, values: size }))
    .filter(({ values }) => values >= least && values <= MOST)
    .sort((a, b) => a.name.localeCompare(b.name))
}

/** The worst group first, then by value; hosts without a value last. Rows keep their order. */
export function groupRows(rows: readonly Row[], groupOf: (row: Row) => string): Group[] {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    const value = groupOf(row)
    const group = found.get(value)
    if (group) group.push(row)
    else found.set(value, [row])
  }
  return [...found]
    .map(([value, rows]) => ({ value, rows, summary: summarize(rows) }))
    .sort(
      (a, b) =>
        Number(a.value === '') - Number(b.value === '') ||
        Math.sign(b.summary.down) - Math.sign(a.summary.down) ||
        a.value.localeCompare(b.value, 'en', { numeric: true })
    )
}
