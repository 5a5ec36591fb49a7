/** What the gateway counts of itself. */
import { Counter, type Registry } from 'prom-client'

export type Counters = ReturnType<typeof createCounters>

export function createCounters(registry: Registry) {
  const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] })
  return {
    batches: counter('miniobserv_ingest_batches_total', 'Batches that Redis acknowledged.'),
    samples: counter('miniobserv_ingest_samples_total', 'Samples in them.'),
    lines: counter('miniobserv_ingest_lines_total', 'Log lines in them.')
  }
}
