/** Samples as they come: of each batch the newest point, with what its columns are. */
import type { Labels } from '@miniobserv/protocol'
import { decodeMetrics, type Entry } from '@miniobserv/stream'
import type { Redis } from 'ioredis'

export interface Column {
  metric: string
  labels: Labels
  unit: string
}

export interface Frame {
  host: string
  /** Epoch ms. */
  time: number
  /** The same array for all frames of a layout. */
  columns: readonly Column[]
  /** A value for each column. */
  values: readonly (number | null)[]
}

/** Layouts in memory; hosts of one kind share one. */
const REMEMBERED = 5_000

type Canonical = [name: string, labels: [name: string, value: string][], unit: string][]

/** @returns what makes frames of a batch; it throws {EntryError} */
export function frameReader(source: { redis: Redis; limit: number }): (batch: Entry) => Promise<Frame[]> {
  const known = new Map<string, readonly Column[]>()
  return async (batch) => {
    const { points, layout } = await decodeMetrics(source, batch)
    let columns = known.get(layout.hash)
    if (!columns) {
      const canonical = JSON.parse(await layout.canonical()) as Canonical
      columns = canonical.map(([metric, labels, unit]) => ({
        ...{ metric, unit },
        labels: Object.fromEntries(labels)
      }))
      if (known.size >= REMEMBERED) known.clear()
      known.set(layout.hash, columns)
    }
    const newest = points.reduce((one, other) => (other[0] > one[0] ? other : one), [0] as (typeof points)[0])
    const [time, ...values] = newest
    return time > 0 ? [{ host: batch.host, time, columns, values }] : []
  }
}
