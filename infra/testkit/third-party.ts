/** A sender that shares no code with the product: its tokens come from node:crypto alone. */
import { createHmac } from 'node:crypto'

export const TEST_SECRET = 'a secret that only these tests use and nobody else'

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url')

export interface TokenOptions {
  secret?: string
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
}

/** A JWT for `host` as a stranger would make it; every part can be made wrong. */
export function thirdPartyToken(
  host: string,
  { secret = TEST_SECRET, header, claims }: TokenOptions = {}
): string {
  const now = Math.floor(Date.now() / 1000)
  const head = { alg: 'HS256', typ: 'JWT', ...header }
  const body = { sub: host, aud: 'miniobserv:ingest', iat: now, exp: now + 3600, ...claims }
  const signed = `${encode(head)}.${encode(body)}`
  if (head.alg === 'none') return `${signed}.`
  const hash = head.alg === 'HS512' ? 'sha512' : 'sha256'
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`
}

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever comes
  body: any
}

/** Posts a body as it is: a value as JSON, a buffer or text untouched. */
export async function post(
  url: string,
  body: unknown,
  { token, ...headers }: Record<string, string | undefined> = {}
): Promise<Answer> {
  const raw = typeof body === 'string' || body instanceof Uint8Array
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
      ...(headers as Record<string, string>)
    },
    body: raw ? (body as string) : JSON.stringify(body)
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text && JSON.parse(text) }
}
