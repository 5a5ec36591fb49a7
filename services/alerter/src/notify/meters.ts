/** What senders count. */
import type { ChannelKind } from '@miniobserv/protocol'
import { Counter, Histogram, type Registry } from 'prom-client'

export interface SendMeters {
  /** @param age since what it tells of was found, ms */
  tried(kind: ChannelKind, outcome: 'sent' | 'failed' | 'waiting', age: number): void
}

export function createSendMeters(registry: Registry): SendMeters {
  const registers = [registry]
  const messages = new Counter({
    name: 'miniobserv_alerter_messages_total',
    help: 'Attempts to send a message, by what came of it; waiting: it is tried again.',
    labelNames: ['kind', 'outcome'],
    registers
  })
  const seconds = new Histogram({
    name: 'miniobserv_alerter_message_seconds',
    help: 'From the look that found it to its being taken by the channel.',
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800],
    registers
  })
  return {
    tried(kind, outcome, age) {
      messages.inc({ kind, outcome })
      if (outcome === 'sent') seconds.observe(age / 1_000)
    }
  }
}
