/** What the page of the log lines asks for beside the lines themselves. */
import type { Level, LogContextAnswer, LogHistogramAnswer, LogSourcesAnswer } from '@miniobserv/protocol'
import { request } from './client.ts'

export interface LineQuestion {
  q?: string
  host?: string
  source?: string
  levels?: readonly Level[]
  from?: number
  to?: number
}

function queryOf({ q, host, source, levels, from, to }: LineQuestion): URLSearchParams {
  const query = new URLSearchParams()
  if (q) query.set('q', q)
  if (host) query.set('host', host)
  if (source) query.set('source', source)
  for (const level of levels ?? []) query.append('level', level)
  if (from !== undefined) query.set('from', String(from))
  if (to !== undefined) query.set('to', String(to))
  return query
}

/** Lines by level over time. */
export function countLines(question: LineQuestion, signal: AbortSignal): Promise<LogHistogramAnswer> {
  return request('logs/histogram', { query: queryOf(question), signal })
}

export interface Around {
  before: number
  after: number
  allSources: boolean
}

/** The lines around one line, in the order in which they were written. */
export function linesAround(
  id: string,
  { before, after, allSources }: Around,
  signal: AbortSignal
): Promise<LogContextAnswer> {
  const query = new URLSearchParams({ id, before: String(before), after: String(after) })
  if (allSources) query.set('sources', 'all')
  return request('logs/context', { query, signal })
}

/** Names of sources, of one host or of all; the first thousand of them. */
export async function listSources(host: string, signal: AbortSignal): Promise<string[]> {
  const query = new URLSearchParams(host ? { host } : {})
  const { sources } = await request<LogSourcesAnswer>('logs/sources', { query, signal })
  return [...new Set(sources.map(({ source }) => source))].sort()
}

/** Lines of one download at most. */
export const MOST_DOWNLOADED = 100_000

/** Where the browser gets them as a file. */
export function downloadAddress(question: LineQuestion, format: 'ndjson' | 'text'): string {
  const query = queryOf(question)
  query.set('format', format)
  query.set('limit', String(MOST_DOWNLOADED))
  return `/api/v1/logs/download?${query}`
}
