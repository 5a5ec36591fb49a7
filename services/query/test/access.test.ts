/** Who may read: sessions only, on every route that the OpenAPI document lists. */
import { TEST_PASSWORD, type TestServer, testServer, thirdPartyToken } from '@miniobserv/infra/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from '../src/index.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer([query], { SESSION_LIFE: '1h' })
})
afterAll(() => server?.close())

const signIn = (body: unknown) =>
  fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body)
  })
const read = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers })

async function readingRoutes(): Promise<string[]> {
  const { paths } = (await (await read('/api/docs/json')).json()) as {
    paths: Record<string, Record<string, unknown>>
  }
  return Object.entries(paths).flatMap(([path, methods]) => ('get' in methods ? [path] : []))
}

test('every reading route wants a session and refuses an agent, even one with a session beside it', async () => {
  const routes = await readingRoutes()
  expect(routes).toEqual(
    expect.arrayContaining([
      '/api/v1/hosts',
      '/api/v1/series',
      '/api/v1/query',
      '/api/v1/logs',
      '/api/v1/session'
    ])
  )
  const answer = await signIn({ username: 'admin', password: TEST_PASSWORD })
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  for (const route of routes) {
    const path = `${route}?metric=m&id=none`
    const agent = { authorization: `Bearer ${thirdPartyToken('h')}` }
    const tries = {
      nothing: await read(path),
      agent: await read(path, agent),
      both: await read(path, { ...agent, cookie })
    }
    expect(tries.nothing.status, route).toBe(401)
    expect(await tries.nothing.json()).toMatchObject({ code: 'session_missing' })
    expect(tries.agent.status, route).toBe(403)
    expect(await tries.agent.json()).toMatchObject({ code: 'agent_token' })
    expect(tries.both.status, route).toBe(403)
    // There is no such line.
    expect((await read(path, { cookie })).status, route).toBe(route.endsWith('/context') ? 404 : 200)
  }
})

test('the cookie is out of reach of scripts and of other sites; signing out takes it back', async () => {
  const answer = await signIn({ username: 'admin', password: TEST_PASSWORD })
  expect(await answer.json()).toEqual({ username: 'admin', role: 'admin', expires: expect.any(Number) })
  const cookie = answer.headers.getSetCookie()[0] ?? ''
  expect(cookie).toMatch(/HttpOnly/)
  expect(cookie).toMatch(/SameSite=Strict/)
  const out = await fetch(`${server.url}/api/v1/session`, { method: 'DELETE', headers: { cookie } })
  expect(out.status).toBe(204)
  expect(out.headers.getSetCookie()[0]).toMatch(/miniobserv_session=;.*Expires=Thu, 01 Jan 1970/)
  expect((await read('/api/v1/session', { cookie })).status).toBe(401)
})

test('a wrong name or password, an agent token as cookie, and a forged session get nowhere', async () => {
  for (const [username, password] of [
    ['admin', 'wrong'],
    ['root', TEST_PASSWORD],
    ['admin', '']
  ]) {
    const answer = await signIn({ username, password })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ code: 'wrong_password' })
    expect(answer.headers.getSetCookie()).toEqual([])
  }
  const forged = thirdPartyToken('admin', { claims: { aud: 'miniobserv:session' } })
  for (const token of [thirdPartyToken('admin'), forged, 'x']) {
    const answer = await read('/api/v1/hosts', { cookie: `miniobserv_session=${token}` })
    expect(answer.status).toBe(401)
  }
})

test('guessing is slowed down', async () => {
  const statuses = new Set<number>()
  let last: Response | undefined
  for (let i = 0; i < 40; i++) {
    last = await signIn({ username: 'admin', password: `guess ${i}` })
    statuses.add(last.status)
  }
  expect(statuses).toEqual(new Set([401, 429]))
  expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await last?.json()).toMatchObject({ status: 429, code: 'too_many_attempts' })
})
