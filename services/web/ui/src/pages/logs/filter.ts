/** Which lines the logs page asks for, as it stands in the URL. */
import type { Level } from '@miniobserv/protocol'
import type { Changes } from '../../state/query-string.ts'

export interface Filter {
  q: string
  host: string
  source: string
  /** None means all. */
  levels: readonly Level[]
}

/** The protocol's levels, most severe first; spelled out, so that its schemas stay out of the bundle. */
export const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const satisfies readonly Level[]

export const NO_FILTER: Filter = { q: '', host: '', source: '', levels: [] }

export function readFilter(query: URLSearchParams): Filter {
  const asked = query.getAll('level')
  return {
    q: query.get('q') ?? '',
    host: query.get('host') ?? '',
    source: query.get('source') ?? '',
    levels: LEVELS.filter((level) => asked.includes(level))
  }
}

export function filterQuery({ q, host, source, levels }: Filter): Changes {
  return { q, host, source, level: levels }
}

export function isEmpty({ q, host, source, levels }: Filter): boolean {
  return q === '' && host === '' && source === '' && levels.length === 0
}
