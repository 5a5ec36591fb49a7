/**
 * Who may use which route: every route of the whole server, from its OpenAPI document, is tried by everybody. The document
 * says what a route takes; what must hold whatever it says stands here once more. A new route is tried without being named.
 */
import { alerter } from '@miniobserv/alerter'
import { type TestServer, testServer, thirdPartyToken } from '@miniobserv/infra/testkit'
import { ingest } from '@miniobserv/ingest'
import { includesRole, type Role, type Scope } from '@miniobserv/protocol'
import { query } from '@miniobserv/query'
import { web } from '@miniobserv/web'
import { writer } from '@miniobserv/writer'
import { afterAll, beforeAll, expect, test } from 'vitest'

interface Route {
  name: string
  method: string
  /** With something in place of its parameters that is not there. */
  path: string
  security: string[]
  role?: Role
}

interface Caller {
  name: string
  headers: Record<string, string>
  /** What they may do, if anything. */
  role?: Role
  token?: boolean
}

/** Before anybody is signed in. */
const OPEN = [
  'DELETE /api/v1/session',
  'GET /api/v1/oidc/callback',
  'GET /api/v1/oidc/start',
  'GET /api/v1/sign-in',
  'POST /api/v1/session',
  'POST /api/v1/set-up'
]
const FOR_AGENTS = ['POST /api/v1/logs', 'POST /api/v1/metrics']
const FOR_ADMINS = /^\S+ \/(jobs|api\/v1\/(users|tokens|audit))\b/
/** What viewers change is their own, or nothing at all. */
const CHANGED_BY_VIEWERS = [
  'DELETE /api/v1/sessions',
  'DELETE /api/v1/sessions/{id}',
  'POST /api/v1/rules/preview',
  'PUT /api/v1/session/password'
]
const PERSONAL = [
  'DELETE /api/v1/sessions',
  'DELETE /api/v1/sessions/{id}',
  'GET /api/v1/sessions',
  'PUT /api/v1/session/password'
]

let server: TestServer
let routes: Route[]
let callers: Caller[]

beforeAll(async () => {
  server = await testServer([ingest, writer, query, alerter, web], {
    OIDC_ISSUER: 'http://127.0.0.1:9',
    OIDC_CLIENT_ID: 'nobody'
  })
  routes = await everyRoute()
  const agent = { authorization: `Bearer ${thirdPartyToken('web-01')}` }
  const [viewer, editor, admin] = [
    await server.as('viewer'),
    await server.as('editor'),
    await server.as('admin')
  ]
  callers = [
    { name: 'nobody', headers: {} },
    { name: 'agent', headers: agent },
    { name: 'agent with the session of an admin', headers: { ...agent, cookie: admin } },
    { name: 'token that was never made', headers: { authorization: 'Bearer mo_nothing', cookie: admin } },
    { name: 'viewer', headers: { cookie: viewer }, role: 'viewer' },
    { name: 'editor', headers: { cookie: editor }, role: 'editor' },
    { name: 'admin', headers: { cookie: admin }, role: 'admin' },
    { name: 'token to read', headers: await token(admin, 'read'), role: 'viewer', token: true },
    { name: 'token to write', headers: await token(admin, 'write'), role: 'editor', token: true },
    { name: 'token of an admin', headers: await token(admin, 'admin'), role: 'admin', token: true }
  ]
})
afterAll(() => server?.close())

async function everyRoute(): Promise<Route[]> {
  const { body } = await server.get('/api/docs/json')
  type Operation = { security?: Record<string, unknown>[]; 'x-role'?: Role }
  const paths = Object.entries(body.paths as Record<string, Record<string, Operation>>)
  return paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security = [], 'x-role': role }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path: path.replace(/\{\w+\}/g, '999999'),
      security: security.flatMap((each) => Object.keys(each)),
      ...(role && { role })
    }))
  )
}

async function token(cookie: string, scope: Scope): Promise<Record<string, string>> {
  const answer = await fetch(`${server.url}/api/v1/tokens`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ name: scope, scope })
  })
  return { authorization: `Bearer ${((await answer.json()) as { token: string }).token}` }
}

/** @returns the code of a refusal for who asks, or `allowed`, whatever the route then made of an empty request */
async function attempt({ method, path }: Route, headers: Record<string, string>): Promise<string> {
  const cut = new AbortController()
  const body = ['POST', 'PUT', 'PATCH'].includes(method) && { body: '{}' }
  const answer = await fetch(server.url + path, {
    ...{ method, redirect: 'manual', signal: cut.signal, ...body },
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) }
  })
  const problem = answer.headers.get('content-type')?.includes('problem+json')
  const { code } = (problem ? await answer.json() : {}) as { code?: string }
  cut.abort() // a live view would go on
  return [401, 403].includes(answer.status) ? (code ?? String(answer.status)) : 'allowed'
}

function expected({ security, role }: Route, caller: Caller): string {
  if (caller.name.startsWith('agent')) return 'agent_token'
  if (caller.name === 'nobody') return 'session_missing'
  if (!caller.role) return 'token_unknown'
  if (caller.token && !security.includes('token')) return 'token_refused'
  return role && includesRole(caller.role, role) ? 'allowed' : 'role_missing'
}

test('every route that is not for agents or open says which role it takes, and the table below is not empty', () => {
  const names = (kind: (route: Route) => boolean) =>
    routes
      .filter(kind)
      .map(({ name }) => name)
      .sort()
  expect(names(({ security }) => security.length === 0)).toEqual(OPEN)
  expect(names(({ security }) => security.includes('agent'))).toEqual(FOR_AGENTS)
  expect(names(({ name, role }) => !role && !OPEN.includes(name) && !FOR_AGENTS.includes(name))).toEqual([])
  expect(routes.length).toBeGreaterThan(40)
})

test('what changes something takes an editor, what is about people an admin, one’s own things a person', () => {
  for (const { name, method, role, security } of routes.filter(({ role }) => role)) {
    if (FOR_ADMINS.test(name)) expect([name, role]).toEqual([name, 'admin'])
    if (method !== 'GET' && role === 'viewer') expect(CHANGED_BY_VIEWERS).toContain(name)
    expect([name, !security.includes('token')]).toEqual([name, PERSONAL.includes(name)])
  }
})

test('every route lets in whom it should and refuses everybody else', { timeout: 120_000 }, async () => {
  const wrong: string[] = []
  for (const route of routes.filter(({ role }) => role)) {
    for (const caller of callers) {
      const found = await attempt(route, caller.headers)
      const right = expected(route, caller)
      if (found !== right) wrong.push(`${route.name}, ${caller.name}: ${found}, should be ${right}`)
    }
  }
  expect(wrong).toEqual([])
})

test('what is refused to nobody is refused without the body of an answer, too', async () => {
  for (const { name, path } of routes.filter(({ method, role }) => method === 'GET' && role)) {
    const answer = await fetch(server.url + path, { method: 'HEAD', redirect: 'manual' })
    expect([name, answer.status]).toEqual([name, 401])
  }
})

test('people and API tokens cannot send what agents send', async () => {
  for (const route of routes.filter(({ security }) => security.includes('agent'))) {
    for (const { name, headers } of callers.filter(({ name }) => !name.startsWith('agent'))) {
      expect([name, await attempt(route, headers)]).not.toEqual([name, 'allowed'])
    }
  }
})

test('an open route lets nobody see anything but what the page to sign in needs', async () => {
  const answer = await fetch(`${server.url}/api/v1/sign-in`)
  expect(await answer.json()).toEqual({ setUp: false, provider: 'OpenID Connect' })
})
