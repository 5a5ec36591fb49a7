/** Turns what the alerter knows of a host into what its charts show: thresholds, and marks on the time axis. */
import type { Alert, AlertEvent, Labels, Rule } from '@miniobserv/protocol'
import { matchesLabels, matchesName } from '@miniobserv/protocol/patterns'
import type { Limit, Mark } from '../../charts/marks.ts'
import { labelWords } from '../../parts/label-words.ts'

/** What a chart is of. */
interface Watched {
  metrics: readonly string[]
  /** Where it shows one device: the labels of that. */
  labels: Labels
}

/** Thresholds of the rules that watch this chart's metric on this host. */
export function limitsOf(rules: readonly Rule[], host: string, { metrics, labels }: Watched): Limit[] {
  return rules.flatMap(({ name, enabled, severity, hosts, condition }) => {
    if (!enabled || condition.kind !== 'threshold' || condition.metric !== metrics[0]) return []
    if (!matchesName(hosts, host) || !mayMean(condition.where ?? {}, labels)) return []
    return [{ value: condition.value, severity, name }]
  })
}

/** A chart of one device leaves out what is watched on others; of a label that it does not fix, all values are there. */
function mayMean(where: Readonly<Record<string, string>>, labels: Labels): boolean {
  const fixed = Object.entries(where).filter(([name]) => name in labels)
  return matchesLabels(Object.fromEntries(fixed), labels)
}

/**
 * The stretches in which alerts fired. One that began before the time has no event in it: it begins where the time does.
 * @param events the newest first
 */
export function marksOf(
  events: readonly AlertEvent[],
  firing: readonly Alert[],
  { from }: { from: number }
): Mark[] {
  const open = new Map<string, Mark>()
  const marks: Mark[] = []
  const keyOf = (rule: string, labels: Labels) => JSON.stringify([rule, Object.entries(labels).sort()])
  for (const event of [...events].reverse()) {
    if (event.from === event.to) continue
    const key = keyOf(event.rule, event.labels)
    const mark = open.get(key)
    if (event.to === 'firing' && !mark) {
      const begun = { from: event.at, to: null, severity: event.severity, text: words(event) }
      open.set(key, begun)
      marks.push(begun)
    } else if (event.from === 'firing' && event.to !== 'firing') {
      if (mark) mark.to = event.at
      else marks.push({ from, to: event.at, severity: event.severity, text: words(event) })
      open.delete(key)
    }
  }
  const still = new Set(firing.map(({ rule, labels }) => keyOf(rule, labels)))
  // A rule that was deleted leaves an alert without an end.
  for (const [key, mark] of open) if (!still.has(key)) mark.to = mark.from
  for (const { rule, labels, since, severity, summary } of firing) {
    if (!open.has(keyOf(rule, labels)))
      marks.push({ from: since, to: null, severity, text: words({ rule, labels, summary }) })
  }
  return marks
}

const words = ({ rule, labels, summary }: Pick<Alert, 'rule' | 'labels' | 'summary'>): string =>
  `${labelWords(labels)} ${summary === '' ? rule : summary}`.trimStart()
