/** What panels ask beside metrics: the newest log lines of some hosts. */
import type { Level, LogsAnswer } from '@miniobserv/protocol'
import { request } from './client.ts'

export interface LinesQuestion {
  query: string
  /** Names and patterns; none means all. */
  hosts: readonly string[]
  levels: readonly Level[]
  limit: number
  /** Epoch ms. */
  from: number
  to: number
}

export function newestLines(question: LinesQuestion, signal?: AbortSignal): Promise<LogsAnswer> {
  const { query: q, hosts, levels, limit, from, to } = question
  const query = new URLSearchParams({ limit: String(limit), from: String(from), to: String(to) })
  if (q !== '') query.set('q', q)
  for (const host of hosts) query.append('host', host)
  for (const level of levels) query.append('level', level)
  return request('logs', { query, ...(signal ? { signal } : {}) })
}
