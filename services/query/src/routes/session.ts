/** `/api/v1/session`: signing in, asking who one is, one's own password, signing out. */
import type { Access, Session } from '@miniobserv/access'
import { PasswordRequest, Problem, SessionAnswer, SessionRequest } from '@miniobserv/protocol'
import type { App, Deps } from '@miniobserv/service'
import Type from 'typebox'
import type { QuerySettings } from '../config.ts'
import { keptBy } from '../people/kept-by.ts'
import { checkPassword, clearCookie, signOut, startSession } from '../people/sign-in.ts'
import type { Throttle } from '../people/throttle.ts'
import { changePassword } from '../people/users.ts'

const schema = { tags: ['session'] }

export function sessionRoutes(
  app: App,
  deps: Deps<QuerySettings>,
  { access, throttle }: { access: Access; throttle: Throttle }
): void {
  const { db, settings } = deps

  app.post(
    '/api/v1/session',
    {
      schema: {
        ...{ ...schema, summary: 'Sign in', body: SessionRequest },
        response: { 200: SessionAnswer, '4xx': Problem }
      },
      config: { open: true }
    },
    async (request, reply) => {
      const takeBack = await throttle.attempt(request.body.username, request.ip)
      const user = await checkPassword(deps, request.body, request.ip)
      await takeBack()
      return startSession(deps, request, reply, user)
    }
  )

  app.get(
    '/api/v1/session',
    { schema: { ...schema, summary: 'Who am I', response: { 200: SessionAnswer, '4xx': Problem } } },
    async (request) => {
      const { userId, username, role, expires } = request.session as Session
      const { rows } = await db.query<{ issuer: string | null }>('select issuer from users where id = $1', [
        userId
      ])
      const kept = keptBy({ username, issuer: rows[0]?.issuer ?? null }, settings.ADMIN_PASSWORD)
      return { username, role, expires, keptBy: kept }
    }
  )

  app.put(
    '/api/v1/session/password',
    {
      schema: {
        ...{ ...schema, summary: 'Change my password; ends my other sessions', body: PasswordRequest },
        response: { 204: Type.Null(), '4xx': Problem }
      },
      config: { role: 'viewer', personal: true }
    },
    async (request, reply) => {
      const { userId, username, id } = request.session as Session
      const takeBack = await throttle.attempt(username, request.ip)
      await changePassword(db, { userId, sessionId: id, ...request.body }, settings.ADMIN_PASSWORD)
      await takeBack()
      access.forget()
      return reply.code(204).send(null)
    }
  )

  app.delete(
    '/api/v1/session',
    {
      schema: { ...schema, summary: 'Sign out', response: { 204: Type.Null() } },
      config: { open: true } // who is signed out already is told the same
    },
    async (request, reply) => {
      await signOut(deps, request)
      access.forget()
      return clearCookie(reply).code(204).send(null)
    }
  )
}
