/** Who changed what: a row for each request that changed something, with its body as it was sent, without secrets. */
import { type Pool, storableJson } from '@miniobserv/db'
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
  const kept = body === undefined ? null : storableJson(withoutSecrets(body, routeOptions.schema?.body))
  await db.query(NOTE, [
    ...[new Date(now), session?.username, session?.token, method, routeOptions.url ?? url],
    ...[url.split('?')[0], statusCode, ip, kept]
  ])
}

const SECRET_NAME =
  /pass(word|phrase)?$|secret|token|credential|authorization|cookie|private|api.?key|^code$/i

/** An address up to its host: paths of webhooks are secrets, and so is what stands before an @. */
const ADDRESS = /\b([a-z][a-z\d+.-]*:\/\/)(?:[^\s/?#]*@)?([^\s/?#]*)[^\s"']*/gi

const MOST_TEXT = 1_000
const MOST_MEMBERS = 100
const MOST_BYTES = 16_384

/**
 * What may be kept of a body: without members that its schema calls `writeOnly`, and without those that sound or look
 * secret. Long texts and lists are cut: this says what was done, it is no backup.
 */
export function withoutSecrets(body: unknown, schema?: unknown): unknown {
  const kept = harmless(body, new Set(writeOnly(schema)))
  return JSON.stringify(kept).length > MOST_BYTES ? '…' : kept
}

function* writeOnly(schema: unknown, name = ''): Generator<string> {
  if (typeof schema !== 'object' || schema === null) return
  if ('writeOnly' in schema && schema.writeOnly === true) yield name
  for (const [key, member] of Object.entries(schema)) yield* writeOnly(member, key)
}

function harmless(value: unknown, secrets: ReadonlySet<string>): unknown {
  if (typeof value === 'string') {
    const text = value.replace(ADDRESS, (whole, scheme, host) =>
      whole === scheme + host ? whole : `${scheme}${host}/…`
    )
    return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const members = value.slice(0, MOST_MEMBERS).map((member) => harmless(member, secrets))
    return value.length > MOST_MEMBERS ? [...members, '…'] : members
  }
  const members = Object.entries(value).map(([name, member]) => {
    const secret = member !== null && (secrets.has(name) || SECRET_NAME.test(name))
    return [name, secret ? '…' : harmless(member, secrets)]
  })
  return Object.fromEntries(members)
}
