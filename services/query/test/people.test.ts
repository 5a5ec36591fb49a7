/** Users, passwords, sessions, API tokens and the audit log, as people and programs meet them over HTTP. */
import { type Answer, signIn, TEST_PASSWORD, type TestServer, testServer } from '@miniobserv/infra/testkit'
import type { AuditEntry } from '@miniobserv/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from '../src/index.ts'

let server: TestServer
let admin: string
beforeAll(async () => {
  server = await testServer([query], { ADMIN_PASSWORD: TEST_PASSWORD })
  admin = await server.as('admin')
})
afterAll(() => server?.close())

async function ask(
  method: string,
  path: string,
  { cookie = admin, body, ...headers }: { cookie?: string; body?: unknown; authorization?: string } = {}
): Promise<Answer> {
  const answer = await fetch(`${server.url}/api/v1/${path}`, {
    method,
    headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) })
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text && JSON.parse(text) }
}
const code = async (method: string, path: string, options?: Parameters<typeof ask>[2]) => {
  const { status, body } = await ask(method, path, options)
  return body?.code ?? status
}
const idOf = async (username: string): Promise<number> => {
  const { users } = (await ask('GET', 'users')).body
  return users.find((user: { username: string }) => user.username === username)?.id
}

test('an admin makes a user, who signs in, changes the password and is signed out everywhere else', async () => {
  const body = { username: 'Anna', role: 'editor', password: 'the first one' }
  const made = await ask('POST', 'users', { body })
  expect(made.status).toBe(201)
  expect(made.body).toEqual({
    ...{ id: expect.any(Number), username: 'Anna', role: 'editor', keptBy: 'here' },
    ...{ created: expect.any(Number), signedIn: null }
  })
  expect(JSON.stringify(made.body)).not.toContain('scrypt')
  expect(await code('POST', 'users', { body: { ...body, username: 'anna' } })).toBe('username_taken')
  const elsewhere = await signIn(server.url, body.password, 'ANNA')
  const cookie = await signIn(server.url, body.password, 'anna')
  expect((await ask('GET', 'session', { cookie })).body).toMatchObject({ username: 'Anna', role: 'editor' })

  const change = { current: 'a wrong guess', password: 'another password' }
  expect(await code('PUT', 'session/password', { cookie, body: change })).toBe('wrong_password')
  change.current = body.password
  expect(await code('PUT', 'session/password', { cookie, body: { ...change, password: 'short' } })).toBe(
    'invalid_request'
  )
  expect(await code('PUT', 'session/password', { cookie, body: change })).toBe(204)
  expect(await code('GET', 'session', { cookie: elsewhere })).toBe('session_ended')
  expect(await code('GET', 'session', { cookie })).toBe(200)
  await expect(signIn(server.url, body.password, 'anna')).rejects.toThrow('wrong_password')
  expect(await signIn(server.url, change.password, 'anna')).toBeTruthy()
  const { entries } = (await ask('GET', 'audit?user=Anna')).body
  expect(entries.map(({ path }: { path: string }) => path)).toContain('/api/v1/session/password')
  expect(JSON.stringify(entries)).not.toMatch(/first one|another password/)
}, 60_000)

test('a role that changes holds at once; a deleted user is gone with their sessions', async () => {
  const cookie = await server.as('viewer')
  const id = await idOf('viewer')
  expect(await code('GET', 'users', { cookie })).toBe('role_missing')
  expect((await ask('PATCH', `users/${id}`, { body: { role: 'admin' } })).body.role).toBe('admin')
  expect(await code('GET', 'users', { cookie })).toBe(200)
  expect(await code('DELETE', `users/${id}`)).toBe(204)
  expect(await code('GET', 'session', { cookie })).toBe('session_ended')
  expect(await code('DELETE', `users/${id}`)).toBe('user_unknown')
})

test('the user of ADMIN_PASSWORD is changed there, and only there', async () => {
  const id = await idOf('admin')
  expect((await ask('GET', 'session')).body.keptBy).toBe('setting')
  const body = { current: TEST_PASSWORD, password: 'another password' }
  expect(await code('PUT', 'session/password', { body })).toBe('kept_by_setting')
  expect(await code('PATCH', `users/${id}`, { body: { role: 'viewer' } })).toBe('kept_by_setting')
  expect(await code('DELETE', `users/${id}`)).toBe('kept_by_setting')
})

test('sessions are listed and ended: one’s own, and by an admin anybody’s', async () => {
  const [first, second] = [await server.as('editor'), await server.as('editor')]
  const list = async (cookie: string, all = '') =>
    (await ask('GET', `sessions${all}`, { cookie })).body.sessions
  const own = await list(first)
  expect(own.map(({ username }: { username: string }) => username)).toEqual(['editor', 'editor'])
  expect(own.filter(({ current }: { current: boolean }) => current)).toHaveLength(1)
  expect(own[0]).toMatchObject({ address: '127.0.0.1', browser: 'test', used: expect.any(Number) })
  expect(await code('GET', 'sessions?everybody=true', { cookie: first })).toBe('role_missing')
  const everybody = await list(admin, '?everybody=true')
  expect(everybody.length).toBeGreaterThan(2)
  const ofAdmin = everybody.find(({ username }: { username: string }) => username === 'admin')
  expect(await code('DELETE', `sessions/${ofAdmin.id}`, { cookie: first })).toBe('session_unknown')
  const other = own.find(({ current }: { current: boolean }) => !current)
  expect(await code('DELETE', `sessions/${other.id}`, { cookie: first })).toBe(204)
  expect(await code('GET', 'session', { cookie: second })).toBe('session_ended')
  const third = await server.as('editor')
  expect(await code('DELETE', 'sessions', { cookie: first })).toBe(204)
  expect(await code('GET', 'session', { cookie: third })).toBe('session_ended')
  expect(await list(first)).toHaveLength(1)
})

test('an API token is shown once, reads as its scope says, and can be taken back', async () => {
  const made = await ask('POST', 'tokens', { body: { name: 'grafana', scope: 'read' } })
  expect(made.body.token).toMatch(/^mo_[\w-]{43}$/)
  const authorization = `Bearer ${made.body.token}`
  expect(await code('POST', 'tokens', { body: { name: 'grafana', scope: 'read' } })).toBe('name_taken')
  expect(await code('POST', 'tokens', { body: { name: 'old', scope: 'read', expires: 1 } })).toBe(
    'ends_in_past'
  )
  expect(await code('GET', 'hosts', { cookie: '', authorization })).toBe(200)
  expect((await ask('GET', 'session', { cookie: '', authorization })).body).toMatchObject({ role: 'viewer' })
  expect(await code('GET', 'tokens', { cookie: '', authorization })).toBe('role_missing')
  expect(await code('GET', 'sessions', { cookie: '', authorization })).toBe('token_refused')
  const { tokens } = (await ask('GET', 'tokens')).body
  expect(tokens).toEqual([
    {
      ...{
        id: made.body.id,
        name: 'grafana',
        scope: 'read',
        start: made.body.token.slice(0, 7),
        owner: 'admin'
      },
      ...{ created: expect.any(Number), used: expect.any(Number), address: '127.0.0.1', expires: null }
    }
  ])
  const { rows } = await server.db.pool.query('select t::text as text from api_tokens t')
  expect(rows[0].text).not.toContain(made.body.token)
  expect(await code('DELETE', `tokens/${made.body.id}`)).toBe(204)
  expect(await code('GET', 'hosts', { cookie: '', authorization })).toBe('token_unknown')
})

test('the audit log says who changed what, without secrets, page by page', async () => {
  await server.db.pool.query('delete from audit')
  const { body } = await ask('POST', 'tokens', { body: { name: 'deploy', scope: 'admin' } })
  const authorization = `Bearer ${body.token}`
  const anna = { username: 'Bert', role: 'viewer', password: 'not to be kept' }
  await ask('POST', 'users', { cookie: '', authorization, body: anna })
  await ask('POST', 'users', { body: { ...anna, role: 'king' } }) // refused, so it changed nothing
  await ask('GET', 'users')
  await ask('DELETE', `users/${await idOf('Bert')}`)
  // What others were refused may still be counted.
  const entries = (await ask('GET', 'audit')).body.entries.filter(({ refused }: AuditEntry) => !refused)
  expect(entries).toMatchObject([
    { username: 'admin', token: null, method: 'DELETE', route: '/api/v1/users/:id', status: 204, body: null },
    {
      ...{ username: 'admin', token: 'deploy', method: 'POST', route: '/api/v1/users', status: 201 },
      ...{ address: '127.0.0.1', body: { username: 'Bert', role: 'viewer', password: '…' } }
    },
    { method: 'POST', path: '/api/v1/tokens', body: { name: 'deploy', scope: 'admin' } }
  ])
  expect(JSON.stringify(entries)).not.toMatch(/not to be kept|mo_/)
  const first = (await ask('GET', 'audit?limit=2&user=admin')).body
  const rest = (await ask('GET', `audit?limit=2&user=admin&cursor=${first.next}`)).body
  expect([...first.entries, ...rest.entries]).toEqual(entries)
  expect(rest.next).toBe(null)
  expect((await ask('GET', 'audit?user=nobody')).body.entries).toEqual([])
})
