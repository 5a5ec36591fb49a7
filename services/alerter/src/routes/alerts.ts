/** `/api/v1/alerts`: what is not ok, who has seen it, and what happened before. */
import { userOf } from '@miniobserv/access'
import { Acknowledgement, AlertsAnswer, HistoryAnswer, Problem, SEVERITIES } from '@miniobserv/protocol'
import { type App, Cursor, type Deps, Limit, Many, parseTime, TimeText } from '@miniobserv/service'
import Type from 'typebox'
import { acknowledge } from '../acknowledge.ts'
import { listAlerts } from '../alerts.ts'
import { readHistory } from '../history.ts'
import { type Outbox, takeTurn } from '../rules/turn.ts'

const schema = { tags: ['alerts'], security: [{ session: [] }] }
const params = Type.Object({ id: Type.String({ pattern: '^\\d{1,18}$' }) })

export function alertsRoutes(app: App, deps: Deps, { outbox }: { outbox: Outbox }): void {
  const { db, now } = deps

  app.get(
    '/api/v1/alerts',
    {
      schema: {
        ...{ ...schema, summary: 'Hosts and series for which a rule is not ok, the newest first' },
        response: { 200: AlertsAnswer, '4xx': Problem }
      }
    },
    () => listAlerts(db, now())
  )

  app.post(
    '/api/v1/alerts/:id/acknowledge',
    {
      schema: {
        ...{ ...schema, summary: 'Say that someone has seen it', params, body: Acknowledgement },
        response: { 204: Type.Null(), '4xx': Problem }
      }
    },
    async (request, reply) => {
      const { params, body } = request
      await takeTurn({ ...deps, outbox }, userOf(request), (turn) => acknowledge(turn, params.id, body.note))
      return reply.code(204).send(null)
    }
  )

  app.delete(
    '/api/v1/alerts/:id/acknowledge',
    {
      schema: {
        ...{ ...schema, summary: 'Take that back', params },
        response: { 204: Type.Null(), '4xx': Problem }
      }
    },
    async (request, reply) => {
      const { params } = request
      await takeTurn({ ...deps, outbox }, userOf(request), (turn) => acknowledge(turn, params.id))
      return reply.code(204).send(null)
    }
  )

  app.get(
    '/api/v1/alerts/history',
    {
      schema: {
        ...{ ...schema, summary: 'What happened and who did what, the newest first' },
        querystring: Type.Object({
          host: Many(Type.String(), 'Only this host; may stand there several times'),
          rule: Many(Type.String(), 'Only the rule of this name; may stand there several times'),
          severity: Many(Type.Enum([...SEVERITIES]), 'Only this severity; may stand there several times'),
          from: TimeText('The first time'),
          to: TimeText('The time after the last'),
          limit: Limit(100, 1000),
          cursor: Cursor
        }),
        response: { 200: HistoryAnswer, '4xx': Problem }
      }
    },
    async ({ query }) => {
      const { host, rule, severity, from, to, limit, cursor } = query
      const filter = {
        ...{ hosts: host, rules: rule, severities: severity },
        from: from === undefined ? undefined : parseTime(from, 'from', now()),
        to: to === undefined ? undefined : parseTime(to, 'to', now())
      }
      return readHistory(db, filter, limit, cursor)
    }
  )
}
