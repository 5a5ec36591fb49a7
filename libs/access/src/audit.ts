/** Who changed what: a row for each request that changed something, with its body as it was sent, without secrets. */
import type { Pool } from '@miniobserv/db'
import type { FastifyReply, FastifyRequest } from 'fastify'

const NOTE = `
  insert into audit (at, username, token, method, route, path, status, address, body)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

/** @param now epoch ms */
export async function noteChange(
  db: Pool,
  { session, method, url, routeOptions, ip, body }: FastifyRequest,
  { statusCode }: FastifyReply,
  now: number
): Promise<void> {
  await db.query(NOTE, [
    ...[new Date(now), session?.username, session?.token, method, routeOptions.url ?? url],
    ...[url.split('?')[0], statusCode, ip, body === undefined ? null : JSON.stringify(withoutSecrets(body))]
  ])
}

const SECRET_NAME =
  /pass(word|phrase)?$|secret|token|credential|authorization|cookie|private|api.?key|^code$/i

/** An address up to its host: paths of webhooks are secrets, and so is what stands before an @. */
const ADDRESS = /\b([a-z][a-z\d+.-]*:\/\/)(?:[^\s/@]*@)?([^\s/?#]*)[^\s"']*/gi

const MOST_TEXT = 1_000
const MOST_MEMBERS = 100
const MOST_BYTES = 16_384

/** What may be kept of a body. Long texts and lists are cut: this says what was done, it is no backup. */
export function withoutSecrets(body: unknown): unknown {
  const kept = harmless(body)
  return JSON.stringify(kept).length > MOST_BYTES ? '…' : kept
}

function harmless(value: unknown): unknown {
  if (typeof value === 'string') {
    const text = value.replace(ADDRESS, (whole, scheme, host) =>
      whole === scheme + host ? whole : `${scheme}${host}/…`
    )
    return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const members = value.slice(0, MOST_MEMBERS).map(harmless)
    return value.length > MOST_MEMBERS ? [...members, '…'] : members
  }
  const members = Object.entries(value).map(([name, member]) => [
    name,
    SECRET_NAME.test(name) && member !== null ? '…' : harmless(member)
  ])
  return Object.fromEntries(members)
}
