/** Who may use a route for people: whoever has a session. An agent's token never does, whatever else comes with it. */
import cookie from '@fastify/cookie'
import {
  claimsToBeAgent,
  type Session,
  type SessionKeeper,
  sessionKeeper,
  TokenError
} from '@miniobserv/auth'
import { type App, type Deps, ServiceError } from '@miniobserv/service'
import type { FastifyRequest } from 'fastify'
import type { SessionSettings } from './settings.ts'

export const SESSION_COOKIE = 'miniobserv_session'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard on every route that is not open. */
    session: Session | undefined
  }
  interface FastifyContextConfig {
    /** A route that needs no session: the one that opens it. */
    open?: boolean
  }
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Guards every route of the app that does not say `open`; and PostgreSQL from the one character it cannot take. Cookies
 * are read from here on. Every session is the user admin's so far; a route that wants a role will say so in its config,
 * as it says `open`.
 *
 * @returns what opens and reads sessions
 */
export async function guardSessions(
  app: App,
  { settings, now }: Deps<SessionSettings>
): Promise<SessionKeeper> {
  const sessions = sessionKeeper(settings.SESSION_SECRET, settings.SESSION_LIFE)
  await app.register(cookie)
  app.decorateRequest('session', undefined)
  app.addHook('onRequest', async (request) => {
    if (request.url.includes('%00')) throw NUL
    refuseOtherSites(request)
    if (request.routeOptions.config.open) return
    const [, bearer] = request.headers.authorization?.split(' ') ?? []
    if (bearer && claimsToBeAgent(bearer)) {
      throw new ServiceError(403, 'agent_token', "an agent's token can send, but never read")
    }
    const token = request.cookies[SESSION_COOKIE]
    if (!token) throw new ServiceError(401, 'session_missing', 'sign in first: POST /api/v1/session')
    try {
      request.session = await sessions.read(token, now())
    } catch (error) {
      throw new ServiceError(401, TokenError.from(error).code, 'the session is no longer good; sign in again')
    }
  })
  app.addHook('preValidation', async ({ body }) => {
    if (holdsNul(body)) throw NUL
  })
  return sessions
}

const NUL = new ServiceError(400, 'invalid_request', 'U+0000 stands in no name and no text; leave it out')

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, member]) => name.includes('\0') || holdsNul(member))
}

/**
 * The cookie is SameSite=Strict, which a neighbour on the same domain (wiki.example.org) still passes. Browsers say
 * where a request comes from; what changes something must come from our own page. Programs say nothing.
 */
function refuseOtherSites({ method, headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site']
  if (READS.has(method) || site === undefined || site === 'same-origin' || site === 'none') return
  throw new ServiceError(403, 'other_site', 'a page of another site may not change anything here')
}

/** Who does it, for what is noted down; on a guarded route. */
export const userOf = (request: FastifyRequest): string => request.session?.username ?? ''
