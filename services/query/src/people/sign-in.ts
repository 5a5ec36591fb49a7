/** Signing in: from a name and a password, or from what a provider vouches for, to a session in a cookie. */
import { openSession, SESSION_COOKIE } from '@miniobserv/access'
import { sessionHash, verifyPassword } from '@miniobserv/auth'
import type { Role, SessionAnswer } from '@miniobserv/protocol'
import type { Deps } from '@miniobserv/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { QuerySettings } from '../config.ts'
import { keptBy } from './kept-by.ts'
import { Refused } from './refused.ts'

export interface User {
  id: number
  username: string
  role: Role
  /** Of OpenID Connect; null where the password is kept here. */
  issuer: string | null
}

const COOKIE = { path: '/', httpOnly: true, sameSite: 'strict' } as const

/** @throws {Refused} 401 `wrong_password`, the same for a name that nobody has */
export async function checkPassword(
  { db, log }: Deps,
  { username, password }: { username: string; password: string },
  address: string
): Promise<User> {
  const { rows } = await db.query<User & { password: string | null }>(
    'select id, username, role, issuer, password from users where lower(username) = lower($1)',
    [username]
  )
  const [user] = rows
  const right = await verifyPassword(password, user?.password ?? null)
  if (user && right) return user
  log.warn({ ip: address }, 'someone tried to sign in with a wrong name or password')
  const tried = user
    ? ({ reason: 'wrong_password', username: user.username } as const)
    : ({ reason: 'unknown_name', username: username.toLowerCase() } as const)
  throw new Refused(tried, 401, 'wrong_password', 'the name or the password is wrong')
}

/** The session that the browser had before ends: two people at one browser do not stay signed in as both. */
export async function startSession(
  deps: Deps<QuerySettings>,
  request: FastifyRequest,
  reply: FastifyReply,
  user: User
): Promise<SessionAnswer> {
  const { db, settings, now } = deps
  const at = now()
  await signOut(deps, request)
  const { token, id, expires } = await openSession(db, {
    ...{ userId: user.id, secret: settings.SESSION_SECRET, lifeMs: settings.SESSION_LIFE, now: at },
    ...{ address: request.ip, browser: request.headers['user-agent'] ?? '' }
  })
  await db.query('update users set signed_in_at = $2 where id = $1', [user.id, new Date(at)])
  const secure = request.protocol === 'https' || isPublic(request, settings.PUBLIC_URL)
  reply.setCookie(SESSION_COOKIE, token, { ...COOKIE, secure, expires: new Date(expires) })
  const { username, role } = user
  // For what is noted down.
  request.session = { userId: user.id, username, role, expires, id }
  return { username, role, expires, keptBy: keptBy(user, settings.ADMIN_PASSWORD) }
}

/** Whether the browser speaks HTTPS with a proxy that may not say so: it asks for the address that people are told. */
function isPublic({ host }: FastifyRequest, publicUrl: string): boolean {
  const url = URL.parse(publicUrl)
  return url?.protocol === 'https:' && url.host === host
}

/** Whichever session the cookie holds, if any. */
export async function signOut(
  { db, settings }: Deps<QuerySettings>,
  { cookies }: FastifyRequest
): Promise<void> {
  const token = cookies[SESSION_COOKIE]
  if (!token) return
  await db.query('delete from sessions where hash = $1', [sessionHash(token, settings.SESSION_SECRET)])
}

export const clearCookie = (reply: FastifyReply): FastifyReply => reply.clearCookie(SESSION_COOKIE, COOKIE)
