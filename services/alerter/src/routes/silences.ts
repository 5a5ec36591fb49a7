/** `/api/v1/silences`: when nobody shall be told. */

import { userOf } from '@miniobserv/access'
import { transaction } from '@miniobserv/db'
import { Problem, Silence, SilencesAnswer, SilenceText } from '@miniobserv/protocol'
import type { App, Deps } from '@miniobserv/service'
import { fill, readBody } from '@miniobserv/service'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { changeSilence, createSilence, deleteSilence } from '../save-silence.ts'
import { holdsAt, loadSilences, type StoredSilence } from '../silences.ts'

const schema = { tags: ['alerts'], security: [{ session: [] }] }
// The usual validator would make 0 of `ends: null`.
const validatorCompiler = readBody((body) => fill(SilenceText, body))
const params = Type.Object({ id: Type.Integer() })
const querystring = Type.Object({
  ended: Type.Boolean({ default: false, description: 'Whether those that are over are listed too' })
})

export function silencesRoutes(app: App, { db, now }: Deps): void {
  const shown = (silence: StoredSilence) => ({ ...silence, active: holdsAt(silence, now()) })
  const who = (request: FastifyRequest) => ({ by: userOf(request), now: now() })
  const one = async (id: number) =>
    shown((await loadSilences(db)).find((each) => each.id === id) as StoredSilence)

  app.get(
    '/api/v1/silences',
    {
      schema: {
        ...{ ...schema, summary: 'Silences and maintenance windows', querystring },
        response: { 200: SilencesAnswer, '4xx': Problem }
      }
    },
    async ({ query }) => ({ silences: (await loadSilences(db, query.ended ? 0 : now())).map(shown) })
  )

  app.post(
    '/api/v1/silences',
    {
      schema: {
        ...{ ...schema, summary: 'Make a silence', body: SilenceText },
        response: { 201: Silence, '4xx': Problem }
      },
      validatorCompiler
    },
    async (request, reply) => {
      const id = await transaction(db, (client) => createSilence(client, request.body, who(request)))
      return reply.code(201).send(await one(id))
    }
  )

  app.put(
    '/api/v1/silences/:id',
    {
      schema: {
        ...{ ...schema, summary: 'Change a silence', params, body: SilenceText },
        response: { 200: Silence, '4xx': Problem }
      },
      validatorCompiler
    },
    async (request) => {
      const { id } = request.params
      await transaction(db, (client) => changeSilence(client, id, request.body, who(request)))
      return one(id)
    }
  )

  app.delete(
    '/api/v1/silences/:id',
    {
      schema: {
        ...{ ...schema, summary: 'Take a silence away', params },
        response: { 204: Type.Null(), '4xx': Problem }
      }
    },
    async (request, reply) => {
      await transaction(db, (client) => deleteSilence(client, request.params.id, who(request)))
      return reply.code(204).send(null)
    }
  )
}
