/** `/api/v1/session`: signing in, asking who one is, signing out. */
import { SESSION_COOKIE } from '@miniobserv/access'
import { type SessionKeeper, samePassword } from '@miniobserv/auth'
import { Problem, SessionAnswer, SessionRequest } from '@miniobserv/protocol'
import { type App, type Deps, ServiceError } from '@miniobserv/service'
import Type from 'typebox'
import type { QuerySettings } from '../config.ts'

const COOKIE = { path: '/', httpOnly: true, sameSite: 'strict' } as const
const schema = { tags: ['session'], security: [{ session: [] }] }

export function sessionRoutes(
  app: App,
  sessions: SessionKeeper,
  { settings, now, log }: Deps<QuerySettings>
): void {
  app.post(
    '/api/v1/session',
    {
      schema: {
        ...schema,
        summary: 'Sign in',
        security: [],
        body: SessionRequest,
        response: { 200: SessionAnswer, '4xx': Problem }
      },
      config: {
        open: true,
        // Guessing gets nowhere at this pace, and nobody else is locked out by it.
        rateLimit: {
          max: 30,
          timeWindow: 60_000,
          errorResponseBuilder: (_, { ttl }) =>
            new ServiceError(
              429,
              'too_many_attempts',
              `too many attempts; again in ${Math.ceil(ttl / 1000)} s`
            )
        }
      }
    },
    async (request, reply) => {
      const { username, password } = request.body
      const right = samePassword(password, settings.ADMIN_PASSWORD)
      if (username !== 'admin' || !right) {
        log.warn({ ip: request.ip }, 'someone tried to sign in with a wrong name or password')
        throw new ServiceError(401, 'wrong_password', 'the name or the password is wrong')
      }
      const { token, session } = await sessions.open(username, now())
      const secure = request.protocol === 'https'
      reply.setCookie(SESSION_COOKIE, token, { ...COOKIE, secure, expires: new Date(session.expires) })
      return session
    }
  )

  app.get(
    '/api/v1/session',
    { schema: { ...schema, summary: 'Who am I', response: { 200: SessionAnswer, '4xx': Problem } } },
    async (request) => request.session as SessionAnswer
  )

  app.delete(
    '/api/v1/session',
    { schema: { ...schema, summary: 'Sign out', response: { 204: Type.Null() } }, config: { open: true } },
    async (_, reply) => reply.clearCookie(SESSION_COOKIE, COOKIE).code(204).send(null)
  )
}
