/** What the writer counts of itself. */
import type { Delivery } from '@miniobserv/stream'
import { Counter, Histogram, type Registry } from 'prom-client'
import type { Stored } from './store.ts'

export function createCounters(registry: Registry) {
  const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] })
  const batches = counter('miniobserv_writer_batches_total', 'Batches stored, redelivered ones included.')
  const samples = counter('miniobserv_writer_frames_total', 'Frames in them.')
  const lines = counter('miniobserv_writer_lines_total', 'Log lines in them.')
  const refused = counter('miniobserv_writer_refused_total', 'Batches that went to the dead letters.')
  const twins = counter(
    'miniobserv_writer_twin_batches_total',
    'Batches of hosts under whose name two agents send.'
  )
  const delay = new Histogram({
    name: 'miniobserv_writer_delay_seconds',
    help: 'Time from the gateway taking a batch to its commit.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
    registers: [registry]
  })

  return {
    record(stored: Stored, bulk: readonly Delivery[], now: number): void {
      batches.inc(bulk.length - stored.refused.length)
      samples.inc(stored.frames)
      lines.inc(stored.lines)
      refused.inc(stored.refused.length)
      twins.inc(stored.twins)
      for (const { entry } of bulk) delay.observe(Math.max(0, now - entry.at) / 1000)
    }
  }
}
