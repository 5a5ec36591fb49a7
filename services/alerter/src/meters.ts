/** What the alerter counts of itself. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Evaluated, Scope } from './evaluate/evaluate.ts'
import { countHosts, type HostStates } from './heartbeats.ts'

export interface Meters {
  /** @param ms how long it took */
  evaluated(scope: Scope, found: Evaluated, states: HostStates, ms: number): void
  late(): void
}

export function createMeters(registry: Registry): Meters {
  const registers = [registry]
  const seconds = new Histogram({
    name: 'miniobserv_alerter_evaluation_seconds',
    help: 'Time of one look: at all rules, or at heartbeats alone.',
    labelNames: ['scope'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers
  })
  const late = new Counter({
    name: 'miniobserv_alerter_late_ticks_total',
    help: 'Looks at all rules that came more than half an interval late.',
    registers
  })
  const transitions = new Counter({
    name: 'miniobserv_alerter_transitions_total',
    help: 'Changes of state of hosts and series.',
    registers
  })
  const hosts = new Gauge({
    name: 'miniobserv_hosts',
    help: 'Hosts by status, as of the latest look.',
    labelNames: ['status'],
    registers
  })
  const rules = new Gauge({
    name: 'miniobserv_alerter_rules',
    help: 'Rules by whether they could be looked at.',
    labelNames: ['outcome'],
    registers
  })
  const blind = new Gauge({
    name: 'miniobserv_alerter_blind',
    help: '1 while nothing arrives or nothing is stored.',
    registers
  })

  return {
    evaluated(scope, found, states, ms) {
      seconds.observe({ scope }, ms / 1_000)
      transitions.inc(found.transitions)
      const { up, down } = countHosts(states)
      hosts.set({ status: 'up' }, up)
      hosts.set({ status: 'down' }, down)
      blind.set(found.blind === null ? 0 : 1)
      if (scope === 'heartbeats') return
      rules.set({ outcome: 'ok' }, found.rules - found.failed)
      rules.set({ outcome: 'failed' }, found.failed)
    },
    late: () => late.inc()
  }
}
