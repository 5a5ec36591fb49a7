/** Signing in by OpenID Connect, against a real provider: who comes back as what, and who does not. */
import {
  eventually,
  freePort,
  Jar,
  type OpenId,
  startOpenId,
  TEST_PASSWORD,
  type TestServer,
  testServer
} from '@miniobserv/infra/testkit'
import type { AuditEntry } from '@miniobserv/protocol'
import { host } from '@miniobserv/service'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from '../src/index.ts'

const client = { id: 'miniobserv', secret: 'the secret of the client' }
let server: TestServer
let openId: OpenId
beforeAll(async () => {
  const port = await freePort()
  server = await testServer([query], {
    OIDC_ISSUER: `http://127.0.0.1:${port}`,
    OIDC_CLIENT_ID: client.id,
    OIDC_CLIENT_SECRET: client.secret,
    OIDC_NAME: 'Example login',
    ADMIN_PASSWORD: TEST_PASSWORD, // somebody is called admin
    OIDC_ROLES: 'ops=admin,dev=editor,staff=viewer'
  })
  openId = await startOpenId({
    ...{ port, client, callback: `${server.url}/api/v1/oidc/callback` },
    people: {
      a1: { preferred_username: 'anna', email: 'anna@example.org', groups: ['staff', 'ops'] },
      b2: { email: 'bert@example.org', groups: ['dev'] },
      c3: { preferred_username: 'Admin', groups: ['ops'] },
      d4: { preferred_username: 'dora', groups: ['visitors'] },
      e5: { preferred_username: 'ad\u200bmin\u0007', groups: ['ops'] },
      f6: { preferred_username: ' \u0000 ', email: 'fred@example.org\u202e', groups: ['dev'] }
    }
  })
})
afterAll(() => Promise.all([openId?.close(), server?.close()]))

const start = (next = '/logs?q=a%20b') => `${server.url}/api/v1/oidc/start?next=${encodeURIComponent(next)}`

async function signInAs(sub: string, next?: string) {
  const { location, jar } = await openId.walk(start(next), sub)
  const back = await jar.fetch(location)
  const session = await jar.fetch(`${server.url}/api/v1/session`)
  return { location, jar, to: back.headers.get('location'), session: JSON.parse(session.body) }
}

test('the page says that there is a provider, and what it is called', async () => {
  const answer = await fetch(`${server.url}/api/v1/sign-in`)
  expect(await answer.json()).toEqual({ setUp: false, provider: 'Example login' })
})

test('who the provider vouches for is signed in, with the highest role of their groups, and back at their view', async () => {
  const anna = await signInAs('a1')
  expect(anna.to).toBe('/#/logs?q=a%20b')
  expect(anna.session).toMatchObject({ username: 'anna', role: 'admin', keptBy: 'provider' })
  const bert = await signInAs('b2', '//evil.example')
  expect(bert.to).toBe('/#//evil.example')
  expect(bert.session).toMatchObject({ username: 'bert@example.org', role: 'editor' })
  const audit = JSON.parse((await anna.jar.fetch(`${server.url}/api/v1/audit?user=anna`)).body)
  expect(audit.entries).toMatchObject([{ route: '/api/v1/oidc/callback', path: '/api/v1/oidc/callback' }])
})

test('the same person is the same user again, and what the provider keeps is not changed here', async () => {
  const { jar } = await signInAs('a1')
  const { users } = JSON.parse((await jar.fetch(`${server.url}/api/v1/users`)).body)
  const anna = users.filter(({ username }: { username: string }) => username === 'anna')
  expect(anna).toMatchObject([{ role: 'admin', keptBy: 'provider' }])
  const answer = await jar.fetch(`${server.url}/api/v1/users/${anna[0].id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'viewer' })
  })
  expect(JSON.parse(answer.body).code).toBe('kept_by_provider')
})

test('a name that somebody has already makes nobody that user; without a role there is no way in', async () => {
  const admin = await signInAs('c3', '/hosts')
  expect([admin.to, admin.session.status]).toEqual(['/?refused=username_taken#/hosts', 401])
  const lookalike = await signInAs('e5', '/hosts')
  expect([lookalike.to, lookalike.session.status]).toEqual(['/?refused=username_taken#/hosts', 401])
  expect((await signInAs('f6')).session).toMatchObject({ username: 'fred@example.org', role: 'editor' })
  const dora = await signInAs('d4', '/hosts')
  expect([dora.to, dora.session.status]).toEqual(['/?refused=no_role#/hosts', 401])
})

test('an answer counts once, and only in the browser that asked', async () => {
  const { location, jar } = await openId.walk(start('/hosts'), 'a1')
  const stranger = await new Jar().fetch(location)
  expect(stranger.headers.get('location')).toBe('/?refused=provider_refused#/')
  expect(stranger.headers.getSetCookie().join()).not.toMatch(/miniobserv_session=[^;]/)
  const forged = await jar.fetch(location.replace(/state=[^&]*/, 'state=x'))
  expect(forged.headers.get('location')).toContain('refused=provider_refused')
  const again = await jar.fetch(location)
  expect(again.headers.get('location')).toContain('refused=provider_refused')

  await eventually(async () => {
    const entries: AuditEntry[] = (await server.get('/api/v1/audit')).body.entries
    const told = entries.flatMap(({ username, refused }) =>
      refused ? [`${username} ${refused.reason} ${refused.times}`] : []
    )
    expect(told.sort()).toEqual([
      ...[' provider_refused 3', 'Admin username_taken 1', 'admin username_taken 1', 'dora no_role 1']
    ])
    expect(JSON.stringify(entries)).not.toMatch(/code=|state=/)
  })
})

test('who came by another address than PUBLIC_URL begins there, where the cookie will be, and only once', async () => {
  const env: Record<string, string> = {
    ...server.env,
    PUBLIC_URL: server.url.replace('127.0.0.1', 'localhost')
  }
  const other = await host([query], { name: 'other', port: 0, env })
  try {
    const path = '/api/v1/oidc/start?next=%2Fhosts'
    const led = await new Jar().fetch(other.url + path)
    expect(led.headers.get('location')).toBe(`${env.PUBLIC_URL}${path}&moved=true`)
    const there = await new Jar().fetch(`${other.url}${path}&moved=true`)
    expect(there.headers.get('location')).toContain(`${env.OIDC_ISSUER}/auth`)
  } finally {
    await other.close()
  }
})

test('while the provider is away the page says so', async () => {
  await openId.close()
  const other = await testServer([query], { OIDC_ISSUER: 'http://127.0.0.1:9', OIDC_CLIENT_ID: 'x' })
  try {
    const answer = await new Jar().fetch(`${other.url}/api/v1/oidc/start?next=/hosts`)
    expect(answer.headers.get('location')).toBe('/?refused=provider_unreachable#/hosts')
  } finally {
    await other.close()
  }
})
