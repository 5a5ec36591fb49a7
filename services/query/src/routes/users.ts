/** `/api/v1/users`: who may sign in, and as what. */
import type { Access } from '@miniobserv/access'
import { Problem, User, UserChange, UsersAnswer, UserText } from '@miniobserv/protocol'
import type { App, Deps } from '@miniobserv/service'
import Type from 'typebox'
import type { QuerySettings } from '../config.ts'
import { changeUser, createUser, deleteUser, listUsers } from '../people/users.ts'

const schema = { tags: ['people'] }
const config = { role: 'admin' } as const
const params = Type.Object({ id: Type.Integer() })

export function usersRoutes(
  app: App,
  { db, settings, now }: Deps<QuerySettings>,
  { access }: { access: Access }
): void {
  const setting = settings.ADMIN_PASSWORD

  app.get(
    '/api/v1/users',
    { schema: { ...schema, summary: 'Users', response: { 200: UsersAnswer, '4xx': Problem } }, config },
    async () => ({ users: await listUsers(db, setting) })
  )

  app.post(
    '/api/v1/users',
    {
      schema: {
        ...{ ...schema, summary: 'Make a user', body: UserText },
        response: { 201: User, '4xx': Problem }
      },
      config
    },
    async ({ body }, reply) => reply.code(201).send(await createUser(db, body, now()))
  )

  app.patch(
    '/api/v1/users/:id',
    {
      schema: {
        ...{ ...schema, summary: "Change a user's role, or password, which ends their sessions" },
        ...{ params, body: UserChange },
        response: { 200: User, '4xx': Problem }
      },
      config
    },
    async ({ params, body }) => {
      const user = await changeUser(db, params.id, body, setting)
      access.forget()
      return user
    }
  )

  app.delete(
    '/api/v1/users/:id',
    {
      schema: {
        ...{ ...schema, summary: 'Delete a user, with their sessions and API tokens', params },
        response: { 204: Type.Null(), '4xx': Problem }
      },
      config
    },
    async ({ params }, reply) => {
      await deleteUser(db, params.id, setting)
      access.forget()
      return reply.code(204).send(null)
    }
  )
}
