/** `/api/v1/notifications`: which messages were sent, wait or have failed; those that failed are tried again. */
import { NOTIFICATION_STATES, NotificationsAnswer, Problem } from '@miniobserv/protocol'
import { type App, Cursor, type Deps, Limit, Many } from '@miniobserv/service'
import Type from 'typebox'
import { listNotifications } from '../notify/listed.ts'
import { retryNotification } from '../notify/retry.ts'
import type { Outbox } from '../rules/turn.ts'

const schema = { tags: ['alerts'], security: [{ session: [] }] }
const params = Type.Object({ id: Type.String({ format: 'uuid' }) })

export function notificationsRoutes(
  app: App,
  { db }: Deps,
  { outbox }: { outbox: Pick<Outbox, 'flush'> }
): void {
  app.get(
    '/api/v1/notifications',
    {
      schema: {
        ...{ ...schema, summary: 'Messages to channels, the newest first' },
        querystring: Type.Object({
          channel: Many(Type.Integer(), 'Only the channel with this id; may stand there several times'),
          rule: Many(Type.String(), 'Only of the rule of this name; may stand there several times'),
          state: Many(
            Type.Enum([...NOTIFICATION_STATES]),
            'Only in this state; may stand there several times'
          ),
          limit: Limit(100, 1000),
          cursor: Cursor
        }),
        response: { 200: NotificationsAnswer, '4xx': Problem }
      }
    },
    async ({ query }) => {
      const { channel, rule, state, limit, cursor } = query
      return listNotifications(db, { channels: channel, rules: rule, states: state }, limit, cursor)
    }
  )

  app.post(
    '/api/v1/notifications/:id/retry',
    {
      schema: {
        ...{ ...schema, summary: 'Send a message after all that has failed', params },
        response: { 204: Type.Null(), '4xx': Problem }
      }
    },
    async ({ params }, reply) => {
      await retryNotification(db, params.id)
      outbox.flush()
      return reply.code(204).send(null)
    }
  )
}
