/** The names that a rule can choose from: metrics like the one that is being typed, and the labels of one that is there. */
import type { LabelsAnswer, MetricsAnswer } from '@miniobserv/protocol'
import { listLabels, listMetrics } from '../../api/metrics.ts'

/** Letters come faster than answers, ms. */
const SETTLED = 200

/** So many names are offered at most. */
const OFFERED = 200

export class Names {
  metrics = $state.raw<MetricsAnswer['metrics']>([])
  labels = $state.raw<LabelsAnswer['labels']>([])
  /** Of the metric that is written there; empty while there is none of that name. */
  unit = $state('')
}

/** Must be called while a component is made. What cannot be asked is not offered. */
export function namesOf(metric: () => string): Names {
  const names = new Names()
  $effect(() => {
    const name = metric().trim()
    const aborter = new AbortController()
    const timer = setTimeout(() => void ask(name, aborter.signal).catch(() => undefined), SETTLED)
    return () => {
      clearTimeout(timer)
      aborter.abort()
    }
  })

  async function ask(name: string, signal: AbortSignal): Promise<void> {
    const { metrics: found } = await listMetrics(name, OFFERED, signal)
    names.metrics = found
    const exact = found.find((each) => each.name === name)
    names.unit = exact?.unit ?? ''
    names.labels = exact ? (await listLabels(name, OFFERED, signal)).labels : []
  }

  return names
}
