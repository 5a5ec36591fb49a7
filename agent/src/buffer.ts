/** Holds the cut batches until the gateway has them: of metrics the one on its way, of logs what was read ahead. */
import type { Batch, Kind } from './cut.ts'

export interface Buffer {
  push(batch: Batch): void
  /** The oldest batch of a kind. */
  first(kind: Kind): Batch | undefined
  /** The gateway has it. */
  accepted(batch: Batch): void
  /** The gateway will never take it: lost, and counted. */
  refused(batch: Batch): void
  /** Other bytes for a batch of which nothing was stored yet. */
  replace(batch: Batch, body: Uint8Array): void
  onPush(kind: Kind, listener: () => void): void
  /** Bytes of bodies. */
  size(kind?: Kind): number
  /** Points or lines of refused batches since the start. */
  refusals(kind: Kind): number
}

export function createBuffer(): Buffer {
  const queues: Record<Kind, Batch[]> = { metrics: [], logs: [] }
  const sizes: Record<Kind, number> = { metrics: 0, logs: 0 }
  const refusals: Record<Kind, number> = { metrics: 0, logs: 0 }
  const listeners: Record<Kind, () => void> = { metrics: () => {}, logs: () => {} }

  function take(batch: Batch): boolean {
    const queue = queues[batch.kind]
    const at = queue.indexOf(batch)
    if (at < 0) return false
    queue.splice(at, 1)
    sizes[batch.kind] -= batch.body.byteLength
    return true
  }

  return {
    push(batch) {
      queues[batch.kind].push(batch)
      sizes[batch.kind] += batch.body.byteLength
      listeners[batch.kind]()
    },
    first: (kind) => queues[kind][0],
    accepted(batch) {
      take(batch)
    },
    refused(batch) {
      if (take(batch)) refusals[batch.kind] += batch.count
    },
    replace(batch, body) {
      if (queues[batch.kind].includes(batch)) sizes[batch.kind] += body.byteLength - batch.body.byteLength
      batch.body = body
    },
    onPush(kind, listener) {
      listeners[kind] = listener
    },
    size: (kind) => (kind ? sizes[kind] : sizes.metrics + sizes.logs),
    refusals: (kind) => refusals[kind]
  }
}
