/** What each table takes and how far back it goes, from its partitions. */
import { PARTITIONED, type Partitioned } from './partitions.ts'
import type { Partition } from './storage.ts'

export interface TableStorage {
  table: Partitioned
  partitions: number
  /** Of the partitions with rows, epoch ms; null where there are none. */
  from: number | null
  to: number | null
  /** An estimate, of those partitions that PostgreSQL has counted. */
  rows: number
  /** Whether it has counted all, some or none of them. */
  counted: 'all' | 'some' | 'none'
  /** With indexes. */
  bytes: number
}

/** One entry a table, in the order in which data passes through them. @param now epoch ms */
export function tableStorage(partitions: readonly Partition[], now: number): TableStorage[] {
  return (Object.keys(PARTITIONED) as Partitioned[]).map((table) => {
    const own = partitions.filter((partition) => partition.table === table)
    // Partitions stand ready for the coming days, too.
    const filled = own.filter(({ rows, from }) => from <= now && rows !== 0)
    const known = filled.flatMap(({ rows }) => (rows == null ? [] : [rows]))
    return {
      ...{ table, partitions: own.length },
      from: filled.length === 0 ? null : Math.min(...filled.map(({ from }) => from)),
      to: filled.length === 0 ? null : Math.max(...filled.map(({ to }) => to)),
      rows: known.reduce((sum, rows) => sum + rows, 0),
      counted: known.length === filled.length ? 'all' : known.length === 0 ? 'none' : 'some',
      bytes: own.reduce((sum, { bytes }) => sum + bytes, 0)
    }
  })
}
