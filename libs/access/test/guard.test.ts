/** The guard in a service of its own: what it lets through, and what changes nothing from another site's page. */
import { sessionKeeper } from '@miniobserv/auth'
import { type TestServer, testServer } from '@miniobserv/infra/testkit'
import { defineService } from '@miniobserv/service'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { guardSessions, SESSION_COOKIE, SessionSettings, userOf } from '../src/index.ts'

const service = defineService({ settings: SessionSettings, needs: [] }, (deps) => ({
  name: 'guarded',
  async routes(app) {
    await guardSessions(app, deps)
    app.get('/who', async (request) => ({ user: userOf(request) }))
    app.delete('/thing', async (request) => ({ user: userOf(request) }))
    app.post('/open', { config: { open: true } }, async (request) => ({ user: userOf(request) }))
  }
}))

let server: TestServer
let cookie: string
beforeAll(async () => {
  server = await testServer([service])
  const { token } = await sessionKeeper(server.env.SESSION_SECRET ?? '', 60_000).open('admin', Date.now())
  cookie = `${SESSION_COOKIE}=${token}`
})
afterAll(() => server?.close())

const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(server.url + path, { method, headers })
  return { status: answer.status, ...((await answer.json()) as { user?: string; code?: string }) }
}

test('who has a session is known by name; who has none may use open routes only', async () => {
  expect(await ask('GET', '/who', { cookie })).toEqual({ status: 200, user: 'admin' })
  expect(await ask('GET', '/who')).toMatchObject({ status: 401, code: 'session_missing' })
  expect(await ask('DELETE', '/thing')).toMatchObject({ status: 401, code: 'session_missing' })
  expect(await ask('POST', '/open')).toEqual({ status: 200, user: '' })
})

test('a page of another site changes nothing, not even with the cookie', async () => {
  for (const site of ['cross-site', 'same-site']) {
    const headers = { cookie, 'sec-fetch-site': site }
    expect(await ask('DELETE', '/thing', headers)).toMatchObject({ status: 403, code: 'other_site' })
    expect(await ask('POST', '/open', headers)).toMatchObject({ status: 403, code: 'other_site' })
    expect((await ask('GET', '/who', headers)).status).toBe(200)
  }
  for (const site of ['same-origin', 'none']) {
    expect((await ask('DELETE', '/thing', { cookie, 'sec-fetch-site': site })).status).toBe(200)
  }
})
