/** `/api/v1/sessions`: where one is signed in, everybody for admins, and ending that. */
import type { Access, Session } from '@miniobserv/access'
import { includesRole, Problem, SessionsAnswer } from '@miniobserv/protocol'
import { type App, type Deps, ServiceError } from '@miniobserv/service'
import Type from 'typebox'
import { endOtherSessions, endSession, listSessions } from '../people/sessions.ts'

const schema = { tags: ['people'] }
const config = { role: 'viewer', personal: true } as const
const params = Type.Object({ id: Type.Integer() })

export function sessionsRoutes(app: App, { db, now }: Deps, { access }: { access: Access }): void {
  app.get(
    '/api/v1/sessions',
    {
      schema: {
        ...{ ...schema, summary: 'Open sessions, the one last used first' },
        querystring: Type.Object({
          everybody: Type.Boolean({ default: false, description: 'Not only my own; for admins' })
        }),
        response: { 200: SessionsAnswer, '4xx': Problem }
      },
      config
    },
    async ({ session, query }) => {
      const { userId, role, id } = session as Session
      if (query.everybody && !includesRole(role, 'admin')) {
        throw new ServiceError(
          403,
          'role_missing',
          `everybody's sessions take the role admin; yours is ${role}`
        )
      }
      const whose = query.everybody ? undefined : userId
      return { sessions: await listSessions(db, { userId: whose, current: id, now: now() }) }
    }
  )

  app.delete(
    '/api/v1/sessions/:id',
    {
      schema: {
        ...{ ...schema, summary: 'End a session of mine; for admins anybody’s', params },
        response: { 204: Type.Null(), '4xx': Problem }
      },
      config
    },
    async ({ session, params }, reply) => {
      const { userId, role } = session as Session
      await endSession(db, params.id, includesRole(role, 'admin') ? undefined : userId)
      access.forget()
      return reply.code(204).send(null)
    }
  )

  app.delete(
    '/api/v1/sessions',
    {
      schema: {
        ...{ ...schema, summary: 'End all sessions of mine but this one' },
        response: { 204: Type.Null(), '4xx': Problem }
      },
      config
    },
    async ({ session }, reply) => {
      const { userId, id } = session as Session
      await endOtherSessions(db, userId, id)
      access.forget()
      return reply.code(204).send(null)
    }
  )
}
