/** Signing in: a new session in the database, whose token is known to the browser alone. */
import { newSessionToken, sessionHash } from '@miniobserv/auth'
import type { Pool, PoolClient } from '@miniobserv/db'

export interface NewSession {
  userId: number
  /** `SESSION_SECRET` */
  secret: string
  lifeMs: number
  /** Epoch ms. */
  now: number
  address: string
  /** The browser, as it names itself. */
  browser: string
}

const OPEN = `
  insert into sessions (user_id, hash, opened_at, used_at, expires_at, address, browser)
  values ($1, $2, $3, $3, $4, $5, $6) returning id`

/** Whoever signs in clears away what has expired. */
const CLEAR = 'delete from sessions where expires_at <= $1'

/** @returns the token that the cookie holds */
export async function openSession(
  db: Pool | PoolClient,
  { userId, secret, lifeMs, now, address, browser }: NewSession
): Promise<{ token: string; id: number; expires: number }> {
  await db.query(CLEAR, [new Date(now)])
  const token = newSessionToken()
  const expires = now + lifeMs
  const { rows } = await db.query<{ id: number }>(OPEN, [
    ...[userId, sessionHash(token, secret), new Date(now), new Date(expires)],
    ...[address, browser.slice(0, 300)]
  ])
  return { token, id: rows[0]?.id as number, expires }
}
