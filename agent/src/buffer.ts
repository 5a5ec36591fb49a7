/** Holds the cut batches in memory until the gateway has them: bounded, the oldest go first. */
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
  all(): Batch[]
  /** Bytes of bodies. */
  size(kind?: Kind): number
  /** Batches lost since the start. */
  readonly dropped: number
}

/** @param limit bytes of bodies over both kinds */
export function createBuffer(limit: number): Buffer {
  const queues: Record<Kind, Batch[]> = { metrics: [], logs: [] }
  const sizes: Record<Kind, number> = { metrics: 0, logs: 0 }
  const listeners: Record<Kind, () => void> = { metrics: () => {}, logs: () => {} }
  let dropped = 0

  function take(batch: Batch): boolean {
    const queue = queues[batch.kind]
    const at = queue.indexOf(batch)
    if (at < 0) return false
    queue.splice(at, 1)
    sizes[batch.kind] -= batch.body.byteLength
    return true
  }

  /** From the kind that uses more, so that a flood of log lines does not cost the hours of metrics before it. */
  function shed() {
    while (sizes.metrics + sizes.logs > limit) {
      const larger: Kind = sizes.metrics > sizes.logs ? 'metrics' : 'logs'
      const oldest = queues[larger].find((batch) => !batch.sending)
      if (!oldest || !take(oldest)) return
      dropped += 1
    }
  }

  return {
    push(batch) {
      queues[batch.kind].push(batch)
      sizes[batch.kind] += batch.body.byteLength
      shed()
      listeners[batch.kind]()
    },
    first: (kind) => queues[kind][0],
    accepted(batch) {
      take(batch)
    },
    refused(batch) {
      if (take(batch)) dropped += 1
    },
    replace(batch, body) {
      if (queues[batch.kind].includes(batch)) sizes[batch.kind] += body.byteLength - batch.body.byteLength
      batch.body = body
    },
    onPush(kind, listener) {
      listeners[kind] = listener
    },
    all: () => [...queues.metrics, ...queues.logs],
    size: (kind) => (kind ? sizes[kind] : sizes.metrics + sizes.logs),
    get dropped() {
      return dropped
    }
  }
}
