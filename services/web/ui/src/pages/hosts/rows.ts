/** One row a host: its numbers of now, how bad they are, and the order in which hosts stand. */
import type { Host } from '@miniobserv/protocol'
import type { Points } from '../../charts/picture.ts'
import { type Disk, newest, type Trends } from './trends.ts'

export type Severity = 'fine' | 'warning' | 'critical'

export interface Measure {
  /** Null while a host is down: an old number is no number of now. */
  now: number | null
  points: Points
  severity: Severity
}

/** Epoch ms. */
export interface Span {
  from: number
  to: number
}

export interface Row {
  name: string
  status: Host['status']
  lastSeen: number
  cpu: Measure
  memory: Measure
  disk: (Disk & { severity: Severity }) | null
  network: Measure
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

export function makeRows(hosts: readonly Host[], trends: Trends | undefined): Row[] {
  return hosts.map(({ name, status, lastSeen }) => {
    const up = status === 'up'
    const measure = (points: Points = [], kind?: keyof typeof LIMITS): Measure => {
      const now = up ? newest(points) : null
      return { now, points, severity: kind ? severity(kind, now) : 'fine' }
    }
    const found = trends?.disk.get(name)
    const cpu = measure(trends?.cpu.get(name), 'cpu')
    const memory = measure(trends?.memory.get(name), 'memory')
    const disk = up && found ? { ...found, severity: severity('disk', found.value) } : null
    const worst = Math.max(...[cpu, memory, disk].map((part) => WEIGHT[part?.severity ?? 'fine']))
    return {
      name,
      status,
      lastSeen,
      cpu,
      memory,
      disk,
      network: measure(trends?.network.get(name)),
      trouble: up ? worst : 3
    }
  })
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
  const first = column === 'name' ? '' : '-'
  if (sort.column !== column) return first + column
  return (sort.down ? '' : '-') + column
}

const VALUES: Record<Column, (row: Row) => number | string> = {
  status: (row) => row.trouble,
  name: (row) => row.name,
  cpu: (row) => row.cpu.now ?? -1,
  memory: (row) => row.memory.now ?? -1,
  disk: (row) => row.disk?.value ?? -1,
  network: (row) => row.network.now ?? -1,
  seen: (row) => row.lastSeen
}

/** `web-2` stands before `web-10`. */
const names = new Intl.Collator('en', { numeric: true })

export function sortRows(rows: readonly Row[], { column, down }: Sort): Row[] {
  const value = VALUES[column]
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)]
    const order = typeof x === 'string' ? names.compare(x, y as string) : x - (y as number)
    return (down ? -order : order) || names.compare(a.name, b.name)
  })
}

export interface Summary {
  down: number
  attention: number
  well: number
}

export function summarize(rows: readonly Row[]): Summary {
  const down = rows.filter((row) => row.status === 'down').length
  const attention = rows.filter((row) => row.status === 'up' && row.trouble > 0).length
  return { down, attention, well: rows.length - down - attention }
}
