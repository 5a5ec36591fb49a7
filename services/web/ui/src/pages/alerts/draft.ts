/** A rule as the form holds it: everything that is typed is text, until it is sent. */
import type { Condition, Rule, RuleText, Severity } from '@miniobserv/protocol'

export interface Pair {
  name: string
  value: string
}

type Threshold = Extract<Condition, { kind: 'threshold' }>

export interface Draft {
  name: string
  kind: Condition['kind']
  metric: string
  where: Pair[]
  agg: Threshold['agg']
  window: string
  /** Of forecasts, which look farther back. */
  past: string
  across: NonNullable<Threshold['across']> | ''
  by: string
  op: Threshold['op']
  value: string
  recover: string
  after: string
  query: string
  count: string
  limit: string
  within: string
  behind: string
  hosts: string
  severity: Severity
  for: string
  /** Empty: never. */
  remind: string
  labels: string
  note: string
  enabled: boolean
}

export const emptyDraft = (): Draft => ({
  ...{ name: '', kind: 'threshold', metric: '', where: [], agg: 'avg', window: '5m', past: '6h', across: '' },
  ...{
    by: '',
    op: '>',
    value: '',
    recover: '',
    after: '5m',
    query: '',
    count: '1',
    limit: '1',
    within: '24h'
  },
  ...{ behind: '15s', hosts: '*', severity: 'warning', for: '0s', remind: '4h', labels: '', note: '' },
  enabled: true
})

const AGGS: readonly string[] = ['avg', 'min', 'max', 'sum', 'count', 'last']
const OPS: readonly string[] = ['>', '>=', '<', '<=']
const ACROSS: readonly string[] = ['sum', 'avg', 'min', 'max']
const KINDS: readonly string[] = ['threshold', 'no-data', 'host-down', 'log-match', 'forecast', 'blind']

/**
 * What a link asks for: `kind`, `metric`, `agg`, `op`, `value`, `window`, `across`, `by`, `query`, `name`, `severity`, and
 * `host` any number of times; every other parameter is a label, as in `GET /api/v1/query`.
 */
export function draftOf(query: URLSearchParams): Draft {
  const draft = emptyDraft()
  const hosts: string[] = []
  for (const [name, value] of query) {
    if (name === 'host' || name === 'hosts') hosts.push(value)
    else if (name === 'kind') draft.kind = pick(KINDS, value, draft.kind)
    else if (name === 'agg') draft.agg = pick(AGGS, value, draft.agg)
    else if (name === 'op') draft.op = pick(OPS, value, draft.op)
    else if (name === 'across') draft.across = pick(ACROSS, value, draft.across)
    else if (name === 'severity')
      draft.severity = pick(['info', 'warning', 'critical'], value, draft.severity)
    else if (name === 'metric' || name === 'value' || name === 'window' || name === 'by') draft[name] = value
    else if (name === 'query' || name === 'name') draft[name] = value
    else draft.where.push({ name, value })
  }
  if (hosts.length > 0) draft.hosts = hosts.join(', ')
  return draft
}

const pick = <T extends string>(from: readonly string[], value: string, other: T): T =>
  from.includes(value) ? (value as T) : other

export function draftFrom(rule: Rule): Draft {
  const { condition } = rule
  const draft: Draft = {
    ...emptyDraft(),
    ...{ name: rule.name, kind: condition.kind, hosts: rule.hosts.join(', '), severity: rule.severity },
    ...{ for: rule.for, remind: rule.remind ?? '', note: rule.note, enabled: rule.enabled },
    labels: Object.entries(rule.labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(', ')
  }
  if ('metric' in condition) {
    draft.metric = condition.metric
    draft.where = Object.entries(condition.where ?? {}).map(([name, value]) => ({ name, value }))
  }
  if (condition.kind === 'threshold') {
    const { agg, window, across = '', by = [], op, value, recover } = condition
    Object.assign(draft, { agg, window, across, by: by.join(', '), op, value: String(value) })
    draft.recover = recover === undefined ? '' : String(recover)
  }
  if (condition.kind === 'no-data' || condition.kind === 'host-down') draft.after = condition.after
  if (condition.kind === 'log-match') {
    Object.assign(draft, { query: condition.query, window: condition.window, count: String(condition.count) })
  }
  if (condition.kind === 'forecast') {
    Object.assign(draft, { past: condition.window, limit: String(condition.limit), within: condition.within })
  }
  if (condition.kind === 'blind') draft.behind = condition.behind
  return draft
}

/** What is sent; a number that is none becomes null, and the server says so at its place. */
export function ruleOf(draft: Draft): RuleText {
  const { name, severity, note, enabled } = draft
  return {
    ...{ name: name.trim(), condition: conditionOf(draft), severity, note, enabled },
    ...{ hosts: listOf(draft.hosts), for: draft.for.trim(), remind: draft.remind.trim() || null },
    labels: labelsOf(draft.labels)
  }
}

function conditionOf(draft: Draft): Condition {
  const metric = draft.metric.trim()
  const where = Object.fromEntries(
    draft.where.flatMap(({ name, value }) => (name.trim() === '' ? [] : [[name.trim(), value]]))
  )
  const series = { metric, ...(Object.keys(where).length > 0 && { where }) }
  const by = listOf(draft.by)
  switch (draft.kind) {
    case 'threshold':
      return {
        ...{ kind: 'threshold', ...series, agg: draft.agg, window: draft.window.trim(), op: draft.op },
        ...(draft.across !== '' && { across: draft.across, ...(by.length > 0 && { by }) }),
        ...(draft.recover.trim() !== '' && { recover: numberIn(draft.recover) }),
        value: numberIn(draft.value)
      }
    case 'no-data':
      return { kind: 'no-data', ...series, after: draft.after.trim() }
    case 'host-down':
      return { kind: 'host-down', after: draft.after.trim() }
    case 'log-match':
      return {
        ...{ kind: 'log-match', query: draft.query.trim(), window: draft.window.trim() },
        count: numberIn(draft.count)
      }
    case 'forecast':
      return {
        ...{ kind: 'forecast', ...series, window: draft.past.trim(), within: draft.within.trim() },
        limit: numberIn(draft.limit)
      }
    case 'blind':
      return { kind: 'blind', behind: draft.behind.trim() }
  }
}

/** Whether there is enough of it to be run over the past. */
export function isRunnable({ kind, metric, value, query }: Draft): boolean {
  if (kind === 'log-match') return query.trim() !== ''
  if (kind === 'threshold') return metric.trim() !== '' && value.trim() !== ''
  return kind === 'host-down' || kind === 'blind' || metric.trim() !== ''
}

/** Whether its numbers have the unit of the metric: lines, and how many samples there were, have none. */
export const isMeasured = ({ kind, agg }: Draft): boolean =>
  kind === 'forecast' || (kind === 'threshold' && agg !== 'count')

const numberIn = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text.replace(',', '.')))

export const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** `team=web, service=shop` */
export const labelsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    listOf(text).map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return [name.trim(), value.join('=').trim()]
    })
  )
