/** Taking hosts off the list: those that send stay, those that send again are back, and nothing that they sent is lost. */
import { type TestServer, testServer } from '@miniobserv/infra/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from '../src/index.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer([query])
  await server.db.pool.query(
    `insert into hosts (name, first_seen, last_seen)
     select name, now() - interval '1 day', now() - age from
     (values ('up', interval '0 s'), ('gone', interval '1 h'), ('late', interval '2 h')) v (name, age)`
  )
})
afterAll(() => server?.close())

const listed = async () =>
  (await server.get('/api/v1/hosts')).body.hosts.map(({ name }: { name: string }) => name)

async function ask(what: string, hosts: unknown, role: 'viewer' | 'editor' = 'editor') {
  const answer = await fetch(`${server.url}/api/v1/hosts/${what}`, {
    method: 'POST',
    headers: { cookie: await server.as(role), 'content-type': 'application/json' },
    body: JSON.stringify({ hosts })
  })
  return { status: answer.status, body: await answer.text().then((text) => (text ? JSON.parse(text) : null)) }
}

test('what is down goes, what still sends stays and is named, what nobody knows is left out', async () => {
  expect(await ask('remove', ['gone', 'up', 'nobody', 'late'])).toEqual({
    status: 200,
    body: { removed: ['gone', 'late'], up: ['up'] }
  })
  expect(await listed()).toEqual(['up'])
  expect((await server.get('/api/v1/audit')).body.entries[0]).toMatchObject({ path: '/api/v1/hosts/remove' })
})

test('it is back when it sends again, or when somebody wants it back', async () => {
  await server.db.pool.query("update hosts set last_seen = now() + interval '1 s' where name = 'late'")
  expect(await listed()).toEqual(['late', 'up'])
  expect((await ask('restore', ['gone', 'up'])).status).toBe(204)
  expect(await listed()).toEqual(['gone', 'late', 'up'])
})

test('a viewer may not, and a body without hosts is refused with the place', async () => {
  expect((await ask('remove', ['gone'], 'viewer')).status).toBe(403)
  expect(await ask('remove', [])).toMatchObject({
    status: 400,
    body: { path: expect.stringContaining('hosts') }
  })
  expect(await listed()).toContain('gone')
})
