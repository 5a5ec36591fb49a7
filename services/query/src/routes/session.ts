/** `/api/v1/session`: signing in, asking who one is, signing out. */
import type { Access } from '@miniobserv/access'
import { Problem, SessionAnswer, SessionRequest } from '@miniobserv/protocol'
import type { App, Deps } from '@miniobserv/service'
import Type from 'typebox'
import type { QuerySettings } from '../config.ts'
import { checkPassword, clearCookie, endSession, startSession } from '../people/sign-in.ts'
import { createThrottle } from '../people/throttle.ts'

const schema = { tags: ['session'] }

export function sessionRoutes(app: App, deps: Deps<QuerySettings>, { forget }: Access): void {
  const throttle = createThrottle()

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
      const takeBack = throttle.attempt(request.body.username, request.ip, deps.now())
      const user = await checkPassword(deps, request.body, request.ip)
      takeBack()
      return startSession(deps, request, reply, user)
    }
  )

  app.get(
    '/api/v1/session',
    { schema: { ...schema, summary: 'Who am I', response: { 200: SessionAnswer, '4xx': Problem } } },
    async ({ session }) => {
      const { username, role, expires } = session as SessionAnswer
      return { username, role, expires }
    }
  )

  app.delete(
    '/api/v1/session',
    {
      schema: { ...schema, summary: 'Sign out', response: { 204: Type.Null() } },
      config: { open: true } // who is signed out already is told the same
    },
    async (request, reply) => {
      await endSession(deps, request)
      forget()
      return clearCookie(reply).code(204).send(null)
    }
  )
}
