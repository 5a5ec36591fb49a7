/** What the fields of a question offer while one types. */
import { findHosts, listHostLabels, listLabels, listMetrics } from '../api/metrics.ts'
import { texts } from '../texts.ts'
import { unitWord } from './unit-word.ts'

interface Offer {
  value: string
  note?: string
}
type Offering = (text: string, signal: AbortSignal) => Promise<Offer[]>

const MOST = 50

const holding = (values: readonly Offer[], text: string): Offer[] =>
  values.filter(({ value }) => value.toLowerCase().includes(text.toLowerCase())).slice(0, MOST)

/** Names with the unit and the labels. */
export const offerMetrics: Offering = async (text, signal) => {
  const { metrics } = await listMetrics(text, MOST, signal)
  return metrics.map(({ name, unit, labels }) => ({
    value: name,
    note: [unitWord(unit), labels.join(', ')].filter(Boolean).join(' · ')
  }))
}

/** Hosts, those with a label together as `team=web`, and the text itself where it is a pattern. */
export const offerHosts: Offering = async (text, signal) => {
  const bare = text.replace(/^!/, '')
  const sign = text.startsWith('!') ? '!' : ''
  if (/[*?]/.test(bare)) return [{ value: text, note: texts.questions.pattern }]
  const [{ hosts }, { labels }] = await Promise.all([
    findHosts(bare, MOST, signal),
    listHostLabels(bare, MOST, signal)
  ])
  const several = labels.map(({ name, value, hosts: count }) => ({
    ...{ value: `${sign}${name}=${value}`, note: texts.questions.hostCount(count) }
  }))
  const single = hosts.map(({ name }) => ({ value: sign + name }))
  // Before anything is typed the labels are the shorter list.
  return bare === '' ? [...several.slice(0, 10), ...single] : [...single, ...several]
}

export const offerLabels =
  (metric: string): Offering =>
  async (text, signal) => {
    const { labels } = await listLabels(metric, 1, signal)
    return holding(
      labels.map(({ name, count }) => ({ value: name, note: texts.questions.values(count) })),
      text
    )
  }

export const offerValues =
  (metric: string, label: string): Offering =>
  async (text, signal) => {
    if (/[*?]/.test(text)) return [{ value: text, note: texts.questions.pattern }]
    const { labels } = await listLabels(metric, 1000, signal)
    const found = labels.find(({ name }) => name === label)?.values ?? []
    const sign = text.startsWith('!') ? '!' : ''
    return holding(
      found.map((value) => ({ value: sign + value })),
      text
    )
  }

/** What series can be kept apart by: the host and the labels. */
export const offerKeys =
  (metric: string): Offering =>
  async (text, signal) => [
    ...holding([{ value: 'host' }], text),
    ...(await offerLabels(metric)(text, signal))
  ]
