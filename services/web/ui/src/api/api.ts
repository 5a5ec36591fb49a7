/** What the pages ask the query service for, one typed function a question. */
import type {
  Across,
  Aggregate,
  Host,
  HostsAnswer,
  Level,
  LogsAnswer,
  METRICS,
  QueryAnswer,
  RemovalAnswer,
  SeriesAnswer
} from '@miniobserv/protocol'
import { request } from './client.ts'

/** Only the type is imported, so that the schemas' library stays out of the bundle. */
export type MetricName = (typeof METRICS)[keyof typeof METRICS]['name']

/** All hosts, page by page. */
export async function listHosts(signal?: AbortSignal): Promise<Host[]> {
  const hosts: Host[] = []
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ limit: '1000' })
    if (cursor !== null) query.set('cursor', cursor)
    const answer: HostsAnswer = await request<HostsAnswer>('hosts', { query, ...(signal ? { signal } : {}) })
    hosts.push(...answer.hosts)
    cursor = answer.next
  } while (cursor !== null)
  return hosts
}

/** One host by its exact name; undefined when there is none. */
export async function findHost(name: string, signal?: AbortSignal): Promise<Host | undefined> {
  const query = new URLSearchParams({ q: name, limit: '1000' })
  const answer = await request<HostsAnswer>('hosts', { query, ...(signal ? { signal } : {}) })
  return answer.hosts.find((host) => host.name === name)
}

/** Takes hosts that are down off the list, until they send again. */
export const removeHosts = (hosts: readonly string[]): Promise<RemovalAnswer> =>
  request('hosts/remove', { method: 'POST', body: { hosts } })

export const restoreHosts = (hosts: readonly string[]): Promise<void> =>
  request('hosts/restore', { method: 'POST', body: { hosts } })

export interface MetricQuestion {
  metric: MetricName | readonly MetricName[]
  /** None means all. */
  host?: string | readonly string[]
  from: number
  to?: number
  /** Seconds a bucket; without it the server aims at some 300 buckets. */
  step?: number
  agg?: Aggregate
  /** Which labels (and `host`) make series of their own. */
  by?: readonly string[]
  /** How series that `by` does not keep apart become one, each after `agg`; without it `agg` takes all their samples. */
  across?: Across
  /** Only series with these labels. */
  labels?: Record<string, string>
}

export function queryMetric(question: MetricQuestion, signal?: AbortSignal): Promise<QueryAnswer> {
  const query = new URLSearchParams({ from: String(question.from) })
  for (const metric of [question.metric].flat()) query.append('metric', metric)
  for (const host of [question.host ?? []].flat()) query.append('host', host)
  if (question.to !== undefined) query.set('to', String(question.to))
  if (question.across) query.set('across', question.across)
  query.set('step', question.step === undefined ? 'auto' : `${question.step}s`)
  query.set('agg', question.agg ?? 'avg')
  if (question.by) query.set('by', question.by.join(','))
  for (const [name, value] of Object.entries(question.labels ?? {})) query.set(name, value)
  return request('query', { query, ...(signal ? { signal } : {}) })
}

/** The values of one label of a metric that a host sent in its last day, in order. */
export async function labelValues(
  metric: MetricName,
  label: string,
  host: string,
  signal: AbortSignal
): Promise<string[]> {
  const query = new URLSearchParams({ metric, host, limit: '10000' })
  const { series } = await request<SeriesAnswer>('series', { query, signal })
  const values = new Set(series.map(({ labels }) => labels[label] ?? ''))
  return [...values].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

export interface LogQuestion {
  q?: string
  host?: string
  source?: string
  levels?: readonly Level[]
  from?: number
  to?: number
  limit: number
  /** Where an earlier answer said that the next page begins. */
  cursor?: string
  /** Which end the page is of; newest first without it. */
  order?: 'newest' | 'oldest'
}

export function searchLogs(question: LogQuestion, signal?: AbortSignal): Promise<LogsAnswer> {
  const query = new URLSearchParams({ limit: String(question.limit) })
  if (question.q) query.set('q', question.q)
  if (question.host) query.set('host', question.host)
  if (question.source) query.set('source', question.source)
  for (const level of question.levels ?? []) query.append('level', level)
  if (question.from !== undefined) query.set('from', String(question.from))
  if (question.to !== undefined) query.set('to', String(question.to))
  if (question.cursor !== undefined) query.set('cursor', question.cursor)
  if (question.order) query.set('order', question.order)
  return request('logs', { query, ...(signal ? { signal } : {}) })
}
