/** Who may read: whoever has a session. An agent's token never does, whatever else comes with it. */
import { claimsToBeAgent, type Session, type SessionKeeper, TokenError } from '@miniobserv/auth'
import { type App, ServiceError } from '@miniobserv/service'
import type {} from 'fastify' // extended below

export const SESSION_COOKIE = 'miniobserv_session'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard on every reading route. */
    session: Session | undefined
  }
  interface FastifyContextConfig {
    /** A route that needs no session: the one that opens it. */
    open?: boolean
  }
}

/** Guards every route of the app that does not say `open`; and PostgreSQL from the one character it cannot take. */
export function readerGuard(app: App, sessions: SessionKeeper, now: () => number): void {
  app.decorateRequest('session', undefined)
  app.addHook('onRequest', async (request) => {
    if (request.url.includes('%00')) {
      throw new ServiceError(400, 'invalid_request', 'U+0000 stands in no name and no line; leave out %00')
    }
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
}
