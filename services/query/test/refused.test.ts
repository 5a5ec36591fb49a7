/** Sign-ins that get nowhere: they stand in the audit log, counted, without passwords, and cannot fill it. */
import { eventually, post, type TestServer, testDatabase, testServer } from '@miniobserv/infra/testkit'
import type { AuditEntry } from '@miniobserv/protocol'
import { expect, test } from 'vitest'
import { query } from '../src/index.ts'
import { readAudit } from '../src/people/audit.ts'
import { countRefused } from '../src/people/refused-counts.ts'

const HOUR = 3_600_000
const everything = { username: undefined, from: undefined, to: undefined }
const sum = (entries: AuditEntry[]) => entries.reduce((n, { refused }) => n + (refused?.times ?? 0), 0)

async function audited(server: TestServer, times: number, filter = ''): Promise<AuditEntry[]> {
  return eventually(async () => {
    const { entries } = (await server.get(`/api/v1/audit${filter}`)).body as { entries: AuditEntry[] }
    const refused = entries.filter((entry) => entry.refused)
    expect(sum(refused)).toBe(times)
    return refused
  })
}

test('who was tried from where and why it failed is noted once an hour, with how often; a password never', async () => {
  const server = await testServer([query], { TRUST_PROXY: 'true' })
  try {
    const cookie = await server.as('admin')
    const signIn = (username: string, password: string, from = '203.0.113.9') =>
      post(`${server.url}/api/v1/session`, { username, password }, { 'x-forwarded-for': from })
    const long = 'x'.repeat(200)
    for (const name of ['Admin', 'admin', 'ghost', long]) await signIn(name, 'hunter2 hunter2')
    const answers = [await signIn('admin', 'hunter2'), await signIn('ghost', 'hunter2')]
    expect(answers.map(({ body }) => body.code)).toEqual(['wrong_password', 'wrong_password'])
    await signIn('admin', 'hunter2', '2001:db8:1:2::7')
    await post(`${server.url}/api/v1/set-up`, {
      code: 'hunter2',
      username: 'eve',
      password: 'hunter2 hunter2'
    })
    const own = await fetch(`${server.url}/api/v1/session/password`, {
      method: 'PUT',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ current: 'hunter2', password: 'hunter2 hunter2' })
    })
    expect(own.status).toBe(403)

    const entries = await audited(server, 9)
    const told = entries.map(({ username, address, refused }) => [
      ...[username, address, refused?.reason, refused?.times]
    ])
    expect(told.sort()).toEqual([
      ['admin', '127.0.0.1', 'wrong_password', 1],
      ['admin', '2001:db8:1:2::7', 'wrong_password', 1],
      ['admin', '203.0.113.9', 'wrong_password', 3],
      ['eve', '127.0.0.1', 'wrong_code', 1],
      ['ghost', '203.0.113.9', 'unknown_name', 2],
      [long.slice(0, 100), '203.0.113.9', 'unknown_name', 1]
    ])
    expect(entries.find(({ username }) => username === 'ghost')).toMatchObject({
      ...{ method: 'POST', path: '/api/v1/session', status: 401, token: null, body: null },
      refused: { last: expect.any(Number) }
    })
    expect(await audited(server, 5, '?user=ADMIN')).toHaveLength(3)
    const { rows } = await server.db.pool.query('select a::text as text from audit a')
    expect(JSON.stringify(rows)).not.toContain('hunter2')
  } finally {
    await server.close()
  }
}, 60_000)

test('a thousand names from one address, and a thousand addresses, make few entries that still count all', async () => {
  const db = await testDatabase()
  let now = 100 * HOUR
  const log = { error: (error: unknown) => expect(error).toBe(undefined) }
  const request = { method: 'POST', routeOptions: { url: '/api/v1/session' }, url: '/api/v1/session' }
  try {
    const counts = countRefused({ db: db.pool, log, now: () => now })
    const try_ = (username: string, ip: string) =>
      counts.note({ ...request, ip }, { reason: 'unknown_name', username, statusCode: 401 })
    for (let n = 0; n < 1_000; n++) try_(`name ${n}`, '203.0.113.9')
    await counts.write()
    for (let n = 0; n < 100; n++) try_(`more ${n}`, '203.0.113.9')
    await counts.write()
    const all = async (limit = 5_000) => (await readAudit(db.pool, everything, limit, undefined)).entries
    const names = await all()
    expect(names.length).toBeLessThanOrEqual(21)
    expect(sum(names)).toBe(1_100)
    expect(names.find(({ username }) => username === '')).toMatchObject({ address: '203.0.113.9' })

    for (let n = 0; n < 3_000; n++) try_('admin', `2001:db8:${n.toString(16)}::1`)
    await counts.write()
    for (let n = 0; n < 3_000; n++) try_('admin', `2001:db8:${n.toString(16)}::2`)
    await counts.write()
    const addresses = await all()
    expect(addresses.length).toBeLessThanOrEqual(1_010)
    expect(sum(addresses)).toBe(7_100)
    expect(addresses.filter(({ address }) => address === '')).toMatchObject([{ username: '' }])

    now += HOUR
    try_('admin', '203.0.113.9')
    await counts.stop()
    expect((await all())[0]).toMatchObject({ at: now, username: 'admin', address: '203.0.113.9' })
  } finally {
    await db.close()
  }
})

test('two copies that count at the same time lose nothing', async () => {
  const db = await testDatabase()
  const log = { error: (error: unknown) => expect(error).toBe(undefined) }
  const request = { method: 'POST', routeOptions: {}, url: '/api/v1/session', ip: '203.0.113.9' }
  try {
    const copies = [1, 2, 3].map(() => countRefused({ db: db.pool, log, now: () => HOUR }))
    for (let round = 0; round < 5; round++) {
      for (const copy of copies)
        for (const username of ['a', 'b', 'c'])
          copy.note(request, { reason: 'wrong_password', username, statusCode: 401 })
      await Promise.all(copies.map((copy) => copy.write()))
    }
    const { entries } = await readAudit(db.pool, everything, 100, undefined)
    expect(entries.map(({ refused }) => refused?.times)).toEqual([15, 15, 15])
    await Promise.all(copies.map((copy) => copy.stop()))
  } finally {
    await db.close()
  }
})
