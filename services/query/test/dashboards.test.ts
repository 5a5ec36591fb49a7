/** Dashboards: made, read, changed by two people at once, deleted, sent as files, and refused with a reason. */
import { type TestServer, testServer } from '@miniobserv/infra/testkit'
import type { Dashboard, DashboardsAnswer, DashboardText } from '@miniobserv/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from '../src/index.ts'

let server: TestServer
let cookie: string
beforeAll(async () => {
  server = await testServer([query])
  cookie = await server.as('admin')
})
afterAll(() => server?.close())

async function call(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${server.url}/api/v1/dashboards${path}`, {
    method,
    headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) }
}
const names = async () =>
  ((await call('GET', '')).body as DashboardsAnswer).dashboards.map(({ name }) => name)

const chart = { kind: 'chart', questions: [{ metric: 'cpu' }] }
const board = (name: string, more: object = {}) => ({ name, rows: [{ panels: [chart] }], ...more })

test('a first dashboard is there; once deleted it does not come back', async () => {
  const { dashboards } = (await call('GET', '')).body as DashboardsAnswer
  expect(dashboards).toMatchObject([{ name: 'All hosts', version: 1, changedBy: '', panels: 6 }])
  expect((await call('DELETE', `/${dashboards[0]?.id}`)).status).toBe(204)
  expect((await call('DELETE', `/${dashboards[0]?.id}`)).body).toMatchObject({ code: 'dashboard_unknown' })
  const again = await testServer([query], { DATABASE_URL: server.db.url })
  await again.close()
  expect(await names()).toEqual([])
})

test('what is made is read back with its defaults, and by name in the list', async () => {
  const { status, body } = await call('POST', '', board('b'))
  expect(status).toBe(201)
  const made = body as Dashboard
  expect(made).toMatchObject({ name: 'b', version: 1, changedBy: 'admin', description: '', variables: [] })
  expect(made.rows).toMatchObject([
    { height: 6, panels: [{ width: 6, draw: 'lines', questions: [{ agg: 'avg', by: null, topk: null }] }] }
  ])
  expect((await call('GET', `/${made.id}`)).body).toEqual(made)
  await call('POST', '', board('A'))
  expect(await names()).toEqual(['A', 'b'])
  expect((await call('POST', '', board('b'))).body).toMatchObject({ code: 'dashboard_exists', path: '/name' })
})

test('of two people who change the same version, the second is told who was first', async () => {
  const { id } = (await call('POST', '', board('shared'))).body as Dashboard
  const first = await call('PUT', `/${id}?version=1`, board('shared', { description: 'mine' }))
  expect(first.body).toMatchObject({ version: 2, description: 'mine' })
  const second = await call('PUT', `/${id}?version=1`, board('shared', { description: 'yours' }))
  expect(second.status).toBe(409)
  expect(second.body).toMatchObject({ code: 'dashboard_changed' })
  expect(second.body.detail).toContain('admin')
  expect((await call('PUT', `/${id}?version=2`, board('b'))).body).toMatchObject({ code: 'dashboard_exists' })
  expect((await call('GET', `/${id}`)).body).toMatchObject({ description: 'mine' })
})

test('an exported file is the body of a new one, under another name', async () => {
  const variables = [{ name: 'host', values: ['web-*'] }]
  const made = (await call('POST', '', board('für alle / 1', { variables }))).body as Dashboard
  const file = await call('GET', `/${made.id}/export`)
  expect(file.headers.get('content-disposition')).toContain(encodeURIComponent('für-alle-1.json'))
  const text = file.body as DashboardText
  expect(Object.keys(text).sort()).toEqual(['description', 'name', 'rows', 'variables'])
  const copy = (await call('POST', '', { ...text, name: 'copy' })).body as Dashboard
  expect(copy.rows).toEqual(made.rows)
  expect(copy.variables).toEqual(made.variables)
})

test.each([
  [[], '', 'a dashboard is an object'],
  [{ rows: [] }, '/name', 'name is missing'],
  [board('x', { colour: 1 }), '/colour', 'there is no colour here'],
  [board('x', { rows: [{}] }), '/rows/0/panels', 'at least one panel'],
  [board('x', { rows: [{ panels: [{ kind: 'pie' }] }] }), '/rows/0/panels/0/kind', 'kind is "pie"'],
  [board('x', { rows: [{ panels: [{}] }] }), '/rows/0/panels/0/kind', 'missing'],
  [
    board('x', { rows: [{ panels: [chart, { ...chart, questions: [{}] }] }] }),
    '/rows/0/panels/1/questions/0/metric',
    'metric is missing'
  ],
  [board('x', { rows: [{ panels: [chart, chart, chart] }] }), '/rows/0/panels', '18 columns'],
  [
    board('x', { rows: [{ panels: [{ kind: 'logs', hosts: ['$host'] }] }] }),
    '/rows/0/panels/0',
    'no variable host'
  ],
  [board('x', { variables: [{ name: 'a' }, { name: 'a' }] }), '/variables/1/name', 'two variables']
])('what is wrong is named with its place: %j', async (body, path, detail) => {
  const answer = await call('POST', '', body)
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ code: 'invalid_request' })
  expect(answer.body.path ?? '').toBe(path)
  expect(answer.body.detail).toContain(detail)
})
