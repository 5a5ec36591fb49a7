/** `GET /api/v1/audit`: who changed what. */
import { AuditAnswer, Problem } from '@miniobserv/protocol'
import { type App, Cursor, type Deps, Limit, parseTime, TimeText } from '@miniobserv/service'
import Type from 'typebox'
import { readAudit } from '../people/audit.ts'

export function auditRoute(app: App, { db, now }: Deps): void {
  app.get(
    '/api/v1/audit',
    {
      schema: {
        ...{ tags: ['people'], summary: 'Who changed what, the newest first' },
        querystring: Type.Object({
          user: Type.Optional(Type.String({ description: 'Only what this user did' })),
          from: TimeText('The first time'),
          to: TimeText('The time after the last'),
          limit: Limit(100, 1000),
          cursor: Cursor
        }),
        response: { 200: AuditAnswer, '4xx': Problem }
      },
      config: { role: 'admin' }
    },
    async ({ query }) => {
      const { user, from, to, limit, cursor } = query
      const filter = {
        username: user,
        from: from === undefined ? undefined : parseTime(from, 'from', now()),
        to: to === undefined ? undefined : parseTime(to, 'to', now())
      }
      return readAudit(db, filter, limit, cursor)
    }
  )
}
