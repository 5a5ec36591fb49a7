/** The session: what its cookie is like, and what opens none. */
import { TEST_PASSWORD, type TestServer, testServer, thirdPartyToken } from '@miniobserv/infra/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from '../src/index.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer([query], {
    ...{
      ADMIN_PASSWORD: TEST_PASSWORD,
      SESSION_LIFE: '1h',
      PUBLIC_URL: 'https://monitor.example.org',
      TRUST_PROXY: 'true'
    }
  })
})
afterAll(() => server?.close())

const signIn = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body)
  })
const read = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers })

test('the cookie is out of reach of scripts and of other sites; signing out takes it back', async () => {
  const answer = await signIn({ username: 'admin', password: TEST_PASSWORD })
  expect(await answer.json()).toEqual({
    ...{ username: 'admin', role: 'admin', keptBy: 'setting', expires: expect.any(Number) }
  })
  const cookie = answer.headers.getSetCookie()[0] ?? ''
  expect(cookie).toMatch(/HttpOnly/)
  expect(cookie).toMatch(/SameSite=Strict/)
  const out = await fetch(`${server.url}/api/v1/session`, { method: 'DELETE', headers: { cookie } })
  expect(out.status).toBe(204)
  expect(out.headers.getSetCookie()[0]).toMatch(/miniobserv_session=;.*Expires=Thu, 01 Jan 1970/)
  expect((await read('/api/v1/session', { cookie })).status).toBe(401)
})

test('signing in again ends the session that the browser had', async () => {
  const first = (await signIn({ username: 'admin', password: TEST_PASSWORD })).headers.getSetCookie()[0] ?? ''
  const second = await signIn({ username: 'admin', password: TEST_PASSWORD }, { cookie: first })
  const cookie = second.headers.getSetCookie()[0] ?? ''
  expect(cookie.split(';')[0]).not.toBe(first.split(';')[0])
  expect((await read('/api/v1/session', { cookie: first })).status).toBe(401)
  expect((await read('/api/v1/session', { cookie })).status).toBe(200)
  // Not where it fails.
  expect((await signIn({ username: 'admin', password: 'wrong' }, { cookie })).status).toBe(401)
  expect((await read('/api/v1/session', { cookie })).status).toBe(200)
})

test('over HTTPS the cookie is never sent without, even where the proxy does not say that it is HTTPS', async () => {
  const cookieAt = async (headers: Record<string, string>) => {
    const answer = await signIn({ username: 'admin', password: TEST_PASSWORD }, headers)
    return answer.headers.getSetCookie()[0]
  }
  expect(await cookieAt({})).not.toMatch(/Secure/)
  expect(await cookieAt({ 'x-forwarded-proto': 'https' })).toMatch(/; Secure/)
  expect(await cookieAt({ 'x-forwarded-host': 'monitor.example.org' })).toMatch(/; Secure/)
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
