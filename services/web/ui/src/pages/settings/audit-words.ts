/** What an entry of the audit log says that somebody did, in words; a route that has none yet speaks for itself. */
import type { AuditEntry } from '@miniobserv/protocol'
import { texts } from '../../texts.ts'

type Told = Pick<AuditEntry, 'method' | 'route' | 'path' | 'body'>

export function auditWords({ method, route, path, body }: Told): string {
  const did = texts.people.audit.did[`${method} ${route}`]
  if (did === undefined) return `${method} ${path}`
  const what = nameIn(body) ?? numberIn(path)
  return what === undefined ? did : `${did}: ${what}`
}

/** What people call it. */
function nameIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { name, username, reason, hosts } = body as Record<string, unknown>
  for (const each of [name, username, reason]) if (typeof each === 'string' && each !== '') return each
  return Array.isArray(hosts) ? hosts.join(', ') : undefined
}

const numberIn = (path: string): string | undefined => {
  const [, id] = /\/(\d+)(\/|$)/.exec(path) ?? []
  return id && `#${id}`
}
