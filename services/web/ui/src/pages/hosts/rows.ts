/** One row a host: its numbers of now, how bad they are, and the order in which hosts stand. */
import type { Host } from '@miniobserv/protocol'
import type { Disk, Now } from './newest.ts'

export type Severity = 'fine' | 'warning' | 'critical'

export interface Measure {
  /** Null while a host is down: an old number is no number of now. */
  now: number | null
  severity: Severity
}

export interface Row {
  name: string
  status: Host['status']
  lastSeen: number
  cpu: Measure
  memory: Measure
  disk: (Disk & { severity: Severity }) | null
  network: number | null
  /** Higher stands first: down, then critical, then warning. */
  trouble: number
}

/** From where on a number wants to be looked at; a full disk stops more than a busy CPU. */
const LIMITS = {
  cpu: [0.9, 0.98],
  memory: [0.9, 0.97],
  disk: [0.85, 0.95]
} as const

export function severity(kind: keyof typeof LIMITS, value: number | null): Severity {
  const [warning, critical] = LIMITS[kind]
  if (value === null || value < warning) return 'fine'
  return value < critical ? 'warning' : 'critical'
}

const WEIGHT: Record<Severity, number> = { fine: 0, warning: 1, critical: 2 }
export const DOWN = 3

export function makeRow({ name, status, lastSeen }: Host, now: Now | undefined): Row {
  const up = status === 'up'
  const measure = (kind: keyof typeof LIMITS, value: number | null = null): Measure => {
    const shown = up ? value : null
    return { now: shown, severity: severity(kind, shown) }
  }
  const cpu = measure('cpu', now?.cpu)
  const memory = measure('memory', now?.memory)
  const disk = up && now?.disk ? { ...now.disk, severity: severity('disk', now.disk.value) } : null
  const worst = Math.max(WEIGHT[cpu.severity], WEIGHT[memory.severity], WEIGHT[disk?.severity ?? 'fine'])
  return {
    ...{ name, status, cpu, memory, disk },
    lastSeen: Math.max(lastSeen, now?.time ?? 0),
    network: up ? (now?.network ?? null) : null,
    trouble: up ? worst : DOWN
  }
}

export const COLUMNS = ['status', 'name', 'cpu', 'memory', 'disk', 'network', 'seen'] as const
export type Column = (typeof COLUMNS)[number]

/** `cpu` or `-cpu` (largest first) as it stands in the URL. */
export interface Sort {
  column: Column
  down: boolean
}

export function readSort(text: string | null): Sort {
  const down = text?.startsWith('-') ?? false
  const column = (down ? text?.slice(1) : text) as Column
  // Trouble first is what someone wants who asked for nothing.
  return COLUMNS.includes(column) ? { column, down } : { column: 'status', down: true }
}

/** What a click on a column's head makes of the order: numbers begin with the largest, names with A. */
export function nextSort(sort: Sort, column: Column): string {
  const first = firstSort(column)
  if (sort.column !== column) return first
  return (sort.down ? '' : '-') + column
}

export const firstSort = (column: Column): string => (column === 'name' ? column : `-${column}`)

const VALUES: Record<Exclude<Column, 'name'>, (row: Row) => number> = {
  status: (row) => row.trouble,
  cpu: (row) => row.cpu.now ?? -1,
  memory: (row) => row.memory.now ?? -1,
  disk: (row) => row.disk?.value ?? -1,
  network: (row) => row.network ?? -1,
  seen: (row) => row.lastSeen
}

/** `web-2` stands before `web-10`. Comparing so costs microseconds: it is done once, and its places are numbers then. */
const names = new Intl.Collator('en', { numeric: true })
export const byName = (hosts: readonly Host[]): Host[] =>
  [...hosts].sort((a, b) => names.compare(a.name, b.name))

/** @param rows in the order of their names, which decides between equals */
export function sortRows(rows: readonly Row[], { column, down }: Sort): Row[] {
  if (column === 'name') return down ? [...rows].reverse() : [...rows]
  const value = VALUES[column]
  // Sorting is stable.
  return [...rows].sort((a, b) => (down ? value(b) - value(a) : value(a) - value(b)))
}

export interface Summary {
  down: number
  attention: number
  well: number
}

export function summarize(rows: readonly Row[]): Summary {
  let [down, attention] = [0, 0]
  for (const { trouble } of rows) {
    if (trouble === DOWN) down++
    else if (trouble > 0) attention++
  }
  return { down, attention, well: rows.length - down - attention }
}
