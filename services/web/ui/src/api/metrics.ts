/** What Explore and dashboards ask of metrics: the catalogue, and charts of questions as people put them together. */
import type {
  HostLabelsAnswer,
  HostsAnswer,
  LabelsAnswer,
  MetricQuestion,
  MetricsAnswer,
  QueryAnswer
} from '@miniobserv/protocol'
import { request } from './client.ts'

const signalled = (signal: AbortSignal | undefined) => (signal ? { signal } : {})

/** Names of metrics that hold a text, the first ones by name. */
export function listMetrics(q: string, limit: number, signal?: AbortSignal): Promise<MetricsAnswer> {
  return request('metrics', { query: new URLSearchParams({ q, limit: String(limit) }), ...signalled(signal) })
}

/** The labels of a metric with their values, the first ones in order. */
export function listLabels(metric: string, limit: number, signal?: AbortSignal): Promise<LabelsAnswer> {
  return request('labels', {
    query: new URLSearchParams({ metric, limit: String(limit) }),
    ...signalled(signal)
  })
}

/** Names of hosts that hold a text, the first ones by name. */
export function findHosts(q: string, limit: number, signal?: AbortSignal): Promise<HostsAnswer> {
  return request('hosts', { query: new URLSearchParams({ q, limit: String(limit) }), ...signalled(signal) })
}

/** Labels of hosts whose `name=value` holds a text, those of most hosts first. */
export function listHostLabels(q: string, limit: number, signal?: AbortSignal): Promise<HostLabelsAnswer> {
  return request('hosts/labels', {
    query: new URLSearchParams({ q, limit: String(limit) }),
    ...signalled(signal)
  })
}

/** The hosts that names, patterns and labels mean, the first ten thousand. */
export async function meantHosts(hosts: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const query = new URLSearchParams({ limit: '10000' })
  for (const host of hosts) query.append('host', host)
  const answer = await request<HostsAnswer>('hosts', { query, ...signalled(signal) })
  return answer.hosts.map(({ name }) => name)
}

export interface Span {
  /** Epoch ms. */
  from: number
  to: number
  /** `60s`, `5m`; missing: what suits. */
  step?: string | undefined
}

/** @throws ApiError */
export function ask(question: MetricQuestion, span: Span, signal?: AbortSignal): Promise<QueryAnswer> {
  const { metric, hosts, where, by, agg, across, topk } = question
  const query = new URLSearchParams({ metric, from: String(span.from), to: String(span.to), agg })
  query.set('step', span.step ?? 'auto')
  for (const host of hosts) query.append('host', host)
  for (const [label, values] of Object.entries(where)) for (const value of values) query.append(label, value)
  if (by) query.set('by', by.join(','))
  if (across) query.set('across', across)
  if (topk) query.set('topk', String(topk))
  return request('query', { query, ...signalled(signal) })
}
