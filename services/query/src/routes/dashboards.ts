/** `/api/v1/dashboards`: what people make to look at again; a file that was exported is the body of a new one. */
import { userOf } from '@miniobserv/access'
import { Dashboard, DashboardsAnswer, DashboardText, Problem } from '@miniobserv/protocol'
import { type App, type Deps, readBody } from '@miniobserv/service'
import Type from 'typebox'
import { readDashboard } from '../dashboards/read.ts'
import {
  changeDashboard,
  createDashboard,
  deleteDashboard,
  findDashboard,
  listDashboards
} from '../dashboards/store.ts'

const about = { tags: ['dashboards'], security: [{ session: [] }] }
const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) })
const errors = { '4xx': Problem }
const querystring = Type.Object({
  version: Type.Integer({ minimum: 1, description: 'The version that the change was made from.' })
})

const validatorCompiler = readBody(readDashboard)

export function dashboardsRoutes(app: App, { db, now }: Deps): void {
  app.get(
    '/api/v1/dashboards',
    { schema: { ...about, summary: 'Dashboards, by name', response: { 200: DashboardsAnswer, ...errors } } },
    async () => ({ dashboards: await listDashboards(db) })
  )

  app.get(
    '/api/v1/dashboards/:id',
    { schema: { ...about, summary: 'A dashboard', params, response: { 200: Dashboard, ...errors } } },
    async ({ params }) => await findDashboard(db, params.id)
  )

  app.get(
    '/api/v1/dashboards/:id/export',
    {
      schema: {
        ...{ ...about, summary: 'A dashboard as a file: what POST takes', params },
        response: { 200: DashboardText, ...errors }
      }
    },
    async ({ params }, reply) => {
      const {
        id: _,
        version: __,
        changedAt: ___,
        changedBy: ____,
        ...text
      } = await findDashboard(db, params.id)
      const file = `${text.name.replace(/[^\p{L}\p{N}_-]+/gu, '-')}.json`
      reply
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file)}`)
        .type('application/json; charset=utf-8')
      return reply.serializer((body) => JSON.stringify(body, null, 2)).send(text)
    }
  )

  app.post(
    '/api/v1/dashboards',
    {
      schema: {
        ...{ ...about, summary: 'Make a dashboard', body: DashboardText },
        response: { 201: Dashboard, ...errors }
      },
      validatorCompiler
    },
    async (request, reply) => {
      const change = { by: userOf(request), now: now() }
      return reply.code(201).send(await createDashboard(db, request.body, change))
    }
  )

  app.put(
    '/api/v1/dashboards/:id',
    {
      schema: {
        ...{ ...about, summary: 'Change a dashboard', params, querystring, body: DashboardText },
        response: { 200: Dashboard, ...errors }
      },
      validatorCompiler
    },
    async (request) => {
      const { params, query, body } = request
      const change = { by: userOf(request), now: now() }
      return await changeDashboard(db, params.id, query.version, body, change)
    }
  )

  app.delete(
    '/api/v1/dashboards/:id',
    {
      schema: { ...about, summary: 'Delete a dashboard', params, response: { 204: Type.Null(), ...errors } }
    },
    async ({ params }, reply) => {
      await deleteDashboard(db, params.id)
      return reply.code(204).send(null)
    }
  )
}
