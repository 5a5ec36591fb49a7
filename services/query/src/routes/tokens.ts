/** `/api/v1/tokens`: API tokens, for programs that read or change something. */
import type { Access, Session } from '@miniobserv/access'
import { ApiTokensAnswer, ApiTokenText, NewApiToken, Problem } from '@miniobserv/protocol'
import type { App, Deps } from '@miniobserv/service'
import Type from 'typebox'
import { createToken, deleteToken, listTokens } from '../people/api-tokens.ts'

const schema = { tags: ['people'] }
const config = { role: 'admin' } as const
const params = Type.Object({ id: Type.Integer() })

export function tokensRoutes(app: App, { db, now }: Deps, { access }: { access: Access }): void {
  app.get(
    '/api/v1/tokens',
    {
      schema: { ...schema, summary: 'API tokens', response: { 200: ApiTokensAnswer, '4xx': Problem } },
      config
    },
    async () => ({ tokens: await listTokens(db) })
  )

  app.post(
    '/api/v1/tokens',
    {
      schema: {
        ...{ ...schema, summary: 'Make an API token; the answer is the only place that shows it' },
        body: ApiTokenText,
        response: { 201: NewApiToken, '4xx': Problem }
      },
      config
    },
    async ({ body, session }, reply) => {
      const { userId } = session as Session
      return reply.code(201).send(await createToken(db, body, { owner: userId, now: now() }))
    }
  )

  app.delete(
    '/api/v1/tokens/:id',
    {
      schema: {
        ...{ ...schema, summary: 'Take an API token back', params },
        response: { 204: Type.Null(), '4xx': Problem }
      },
      config
    },
    async ({ params }, reply) => {
      await deleteToken(db, params.id)
      access.forget()
      return reply.code(204).send(null)
    }
  )
}
