/** The guard in a service of its own: whom it lets through, and what changes nothing from another site's page. */
import { createHash } from 'node:crypto'
import { type TestServer, testServer, thirdPartyToken } from '@miniobserv/infra/testkit'
import type { Role, Scope } from '@miniobserv/protocol'
import { defineService } from '@miniobserv/service'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Access, guardSessions, SESSION_COOKIE, SessionSettings, userOf } from '../src/index.ts'

let clock = Date.now()
let access: Access

const service = defineService({ settings: SessionSettings, needs: ['db'] }, (deps) => ({
  name: 'guarded',
  async routes(app) {
    access = await guardSessions(app, { ...deps, now: () => clock })
    app.get('/who', async (request) => ({ user: userOf(request) }))
    app.delete('/thing', async (request) => ({ user: userOf(request) }))
    app.post('/ask', { config: { role: 'viewer' } }, async (request) => ({ user: userOf(request) }))
    app.post('/change', async (request) => ({ user: userOf(request) }))
    app.get('/secret', { config: { role: 'admin' } }, async (request) => ({ user: userOf(request) }))
    app.get('/mine', { config: { personal: true } }, async (request) => ({ user: userOf(request) }))
    app.post('/open', { config: { open: true } }, async (request) => ({ user: userOf(request) }))
  }
}))

let server: TestServer
beforeAll(async () => {
  server = await testServer([service], { PUBLIC_URL: 'https://monitor.example.org/' })
})
afterAll(() => server?.close())

const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: string) => {
  const type = body !== undefined && { 'content-type': 'application/json' }
  const answer = await fetch(server.url + path, {
    ...{ method, headers: { ...headers, ...type } },
    ...(body !== undefined && { body })
  })
  return { status: answer.status, ...((await answer.json()) as { user?: string; code?: string }) }
}

async function apiToken(role: Role, scope: Scope, expires?: number): Promise<{ authorization: string }> {
  await server.as(role)
  const token = `mo_${role}-${scope}-${expires}`
  await server.db.pool.query(
    `insert into api_tokens (user_id, name, scope, hash, start, created_at, expires_at)
     select id, $2, $3, $4, 'mo_', now(), $5 from users where username = $1`,
    [
      ...[role, token.slice(3), scope, createHash('sha256').update(token).digest()],
      expires === undefined ? null : new Date(expires)
    ]
  )
  return { authorization: `Bearer ${token}` }
}

test('who has a session is known by name; who has none may use open routes only', async () => {
  const cookie = await server.as('admin')
  expect(await ask('GET', '/who', { cookie })).toEqual({ status: 200, user: 'admin' })
  expect(await ask('GET', '/who')).toMatchObject({ status: 401, code: 'session_missing' })
  expect(await ask('DELETE', '/thing')).toMatchObject({ status: 401, code: 'session_missing' })
  expect(await ask('POST', '/open')).toEqual({ status: 200, user: '' })
  const forged = `${SESSION_COOKIE}=${'x'.repeat(43)}`
  expect(await ask('GET', '/who', { cookie: forged })).toMatchObject({ status: 401, code: 'session_ended' })
})

test('viewers read, editors change, admins see the rest; a route may say otherwise', async () => {
  const may = async (role: Role) => {
    const cookie = await server.as(role)
    const answers = [
      await ask('GET', '/who', { cookie }),
      await ask('POST', '/ask', { cookie }),
      await ask('DELETE', '/thing', { cookie }),
      await ask('GET', '/secret', { cookie })
    ]
    return answers.map(({ status, code }) => code ?? status)
  }
  expect(await may('viewer')).toEqual([200, 200, 'role_missing', 'role_missing'])
  expect(await may('editor')).toEqual([200, 200, 200, 'role_missing'])
  expect(await may('admin')).toEqual([200, 200, 200, 200])
})

test('an API token does what its scope and its owner may, nothing personal, and ends', async () => {
  const may = async (headers: Record<string, string>) => {
    const answers = [
      await ask('GET', '/who', headers),
      await ask('DELETE', '/thing', headers),
      await ask('GET', '/secret', headers),
      await ask('GET', '/mine', headers)
    ]
    return answers.map(({ status, code }) => code ?? status)
  }
  expect(await may(await apiToken('admin', 'read'))).toEqual([
    ...[200, 'role_missing', 'role_missing', 'token_refused']
  ])
  expect(await may(await apiToken('admin', 'admin'))).toEqual([200, 200, 200, 'token_refused'])
  expect(await may(await apiToken('viewer', 'admin'))).toEqual([
    ...[200, 'role_missing', 'role_missing', 'token_refused']
  ])
  const ended = await apiToken('editor', 'write', clock - 1)
  expect(await ask('GET', '/who', ended)).toMatchObject({ status: 401, code: 'token_unknown' })
  const good = await apiToken('editor', 'write')
  expect(await ask('GET', '/who', good)).toEqual({
    status: 200,
    user: 'editor (token editor-write-undefined)'
  })
})

test('a token is no cookie, a cookie no token, and a wrong token is not made good by a session', async () => {
  const { authorization } = await apiToken('admin', 'write')
  const token = authorization.slice('Bearer '.length)
  const cookie = await server.as('admin')
  const session = cookie.slice(SESSION_COOKIE.length + 1)
  for (const headers of [
    { cookie: `${SESSION_COOKIE}=${token}` },
    { authorization: `Bearer ${session}` },
    { authorization: 'Bearer mo_nothing', cookie }
  ]) {
    expect((await ask('GET', '/who', headers)).status).toBe(401)
  }
  const agent = { authorization: `bearer ${thirdPartyToken('h')}`, cookie }
  expect(await ask('GET', '/who', agent)).toMatchObject({ status: 403, code: 'agent_token' })
})

test('who was signed out or demoted is refused within ten seconds, and at once where this process did it', async () => {
  const cookie = await server.as('editor')
  expect((await ask('DELETE', '/thing', { cookie })).status).toBe(200)
  await server.db.pool.query("update users set role = 'viewer' where username = 'editor'")
  clock += 10_000
  expect(await ask('DELETE', '/thing', { cookie })).toMatchObject({ code: 'role_missing' })
  await server.db.pool.query('delete from sessions')
  access.forget()
  expect(await ask('GET', '/who', { cookie })).toMatchObject({ status: 401, code: 'session_ended' })
})

test('a session expires, and says when it was last used', async () => {
  const cookie = await server.as('admin')
  clock += 1_800_000
  expect((await ask('GET', '/who', { cookie })).status).toBe(200)
  const { rows } = await server.db.pool.query('select max(used_at) as used from sessions')
  expect(rows[0].used.getTime()).toBe(clock)
  clock += 1_800_001
  expect((await ask('GET', '/who', { cookie })).status).toBe(401)
  clock = Date.now()
})

test('a page of another site changes nothing, not even with the cookie', async () => {
  const cookie = await server.as('admin')
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

test('where the browser does not say from which site, the origin of the page must be here', async () => {
  const cookie = await server.as('admin')
  const here = new URL(server.url)
  for (const origin of ['https://wiki.example.org', `http://127.0.0.1:1`, 'null', 'nonsense']) {
    const answer = await ask('DELETE', '/thing', { cookie, origin })
    expect([origin, answer.code]).toEqual([origin, 'other_site'])
    expect((await ask('GET', '/who', { cookie, origin })).status).toBe(200)
  }
  for (const origin of [here.origin, `https://${here.host}`, 'https://monitor.example.org']) {
    expect([origin, (await ask('DELETE', '/thing', { cookie, origin })).status]).toEqual([origin, 200])
  }
})

test('no body keeps a change out of the audit log', async () => {
  const cookie = await server.as('editor')
  const noted = async () => {
    const { rows } = await server.db.pool.query(`select body from audit where route = '/change' order by id`)
    return rows.map(({ body }) => body)
  }
  const sent = ['{"name":"half \\ud800 of a character"}', '{"a":"\\\\u0000"}', '{"\\udfff":1}']
  for (const body of sent) expect((await ask('POST', '/change', { cookie }, body)).status).toBe(200)
  expect(await noted()).toEqual([{ name: 'half \ufffd of a character' }, { a: '\\u0000' }, { '\ufffd': 1 }])
  const deep = `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`
  expect(await ask('POST', '/change', { cookie }, deep)).toMatchObject({
    status: 400,
    code: 'invalid_request'
  })
  expect(await noted()).toHaveLength(3)
})

test('nothing that takes a session is kept by a browser or a cache', async () => {
  const cookie = await server.as('viewer')
  for (const headers of [{ cookie }, {}]) {
    const answer = await fetch(`${server.url}/who`, { headers })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  }
})
