/** A layout: the series list of a batch under a short name, so that later batches need not repeat it. */
import { createHash } from 'node:crypto'
import type { Series } from '@miniobserv/protocol'
import { LAYOUT_PREFIX } from './names.ts'

export interface Layout {
  /** The name of the layout: base64url of the first 12 bytes of the canonical list's SHA-256. */
  hash: string
  /** The canonical list, JSON: `[[name, [[label, value], …], unit], …]`, labels sorted, columns in their order. */
  canonical: string
}

/** The same list gives the same layout whatever the order of its labels; another order of columns is another layout. */
export function layoutOf(series: readonly Series[]): Layout {
  const canonical = JSON.stringify(
    series.map(({ name, labels = {}, unit = '' }) => [
      name,
      Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)),
      unit
    ])
  )
  const hash = createHash('sha256').update(canonical).digest().subarray(0, 12).toString('base64url')
  return { hash, canonical }
}

/** Where Redis keeps the canonical list of a layout. */
export const layoutKey = (hash: string): string => LAYOUT_PREFIX + hash
