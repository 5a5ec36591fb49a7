/** Searching log lines: what matches, in which order, and pages that neither repeat nor miss a line. */
import { randomUUID } from 'node:crypto'
import { eventually, post, type TestServer, testServer, thirdPartyToken } from '@miniobserv/infra/testkit'
import { ingest } from '@miniobserv/ingest'
import { writer } from '@miniobserv/writer'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { query } from '../src/index.ts'

let server: TestServer
let sent = 0
beforeEach(async () => {
  sent = 0
  server = await testServer([ingest, writer, query])
})
afterEach(() => server?.close())

const HOUR = 3_600_000
async function send(host: string, lines: Record<string, unknown>[]): Promise<void> {
  const body = { batch: randomUUID(), host, lines: lines.map((line) => ({ source: '/var/log/x', ...line })) }
  const { status } = await post(`${server.url}/api/v1/logs`, body, { token: thirdPartyToken(host) })
  expect(status).toBe(202)
  sent += lines.length
}
const stored = () =>
  eventually(async () => {
    const { rows } = await server.db.pool.query(
      'select coalesce(sum(cardinality(messages)), 0)::int as n from log_blocks'
    )
    expect(rows[0].n).toBe(sent)
  })
const find = async (parameters: string) => {
  const { status, body } = await server.get(`/api/v1/logs?${parameters}`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.lines.map(({ message }: { message: string }) => message)
}

test('1,000 lines paged by 37 while 500 more arrive: each is seen once', async () => {
  const now = Date.now()
  // Many in the same millisecond, over three hours and several batches: the order has to come from more than time.
  for (let batch = 0; batch < 20; batch++) {
    await send(
      batch % 2 ? 'a' : 'b',
      Array.from({ length: 50 }, (_, i) => ({
        time: now - (batch % 4) * HOUR - Math.floor(i / 10),
        message: `line ${batch}.${i}`
      }))
    )
  }
  await stored()
  const seen: string[] = []
  const ids = new Set<string>()
  let cursor: string | null = null
  for (let page = 0; ; page++) {
    if (page % 2 === 0 && page < 20) {
      const late = Array.from({ length: 50 }, (_, i) => ({
        time: now + 1000 + page,
        message: `late ${page}.${i}`
      }))
      await send('a', late)
      await stored()
    }
    const { body } = await server.get(`/api/v1/logs?q=line&limit=37${cursor ? `&cursor=${cursor}` : ''}`)
    seen.push(...body.lines.map(({ message }: { message: string }) => message))
    for (const { id } of body.lines) ids.add(id)
    if (body.next === null) break
    expect(body.lines).toHaveLength(37)
    cursor = body.next
  }
  expect(seen).toHaveLength(1000)
  expect(new Set(seen).size).toBe(1000)
  expect(ids.size).toBe(1000)
  expect(await find('q=late&limit=1000')).toHaveLength(500)
})

test('new lines that also match do not disturb the pages after the first', async () => {
  const now = Date.now()
  await send(
    'a',
    Array.from({ length: 1000 }, (_, i) => ({ time: now - 60_000 + i, message: `n ${i}` }))
  )
  await stored()
  const seen: string[] = []
  let cursor = ''
  for (let arrived = 0; ; arrived += 50) {
    const { body } = await server.get(`/api/v1/logs?limit=37&from=-1h${cursor && `&cursor=${cursor}`}`)
    seen.push(...body.lines.map(({ message }: { message: string }) => message))
    if (body.next === null) break
    cursor = body.next
    if (arrived < 500)
      await send(
        'b',
        Array.from({ length: 50 }, (_, i) => ({ time: Date.now(), message: `new ${arrived + i}` }))
      )
    await stored()
  }
  expect(seen).toEqual(Array.from({ length: 1000 }, (_, i) => `n ${999 - i}`))
})

test('words, phrases and substrings in any case; and nothing that only looks like a pattern', async () => {
  const time = Date.now() - 1000
  await send('a', [
    { time, message: 'Connection REFUSED by db-1' },
    { time, message: 'refused: 100% of connections' },
    { time, message: 'all is well_known \\ here' },
    { time, message: 'Füße' }
  ])
  await stored()
  expect(await find('q=refused')).toHaveLength(2)
  expect(await find('q=refused db')).toEqual(['Connection REFUSED by db-1'])
  expect(await find(`q=${encodeURIComponent('"refused by"')}`)).toEqual(['Connection REFUSED by db-1'])
  expect(await find('q=nnecti')).toHaveLength(2)
  expect(await find('q=0%25')).toEqual(['refused: 100% of connections'])
  expect(await find('q=l_k')).toEqual(['all is well_known \\ here'])
  expect(await find('q=ll_is')).toEqual([])
  expect(await find('q=%5C')).toEqual(['all is well_known \\ here'])
  expect(await find('q=FÜSSE')).toEqual([])
  expect(await find('q=füße')).toEqual(['Füße'])
})

test('host, source, level and range narrow; newest first, a batch in its own order', async () => {
  const time = Date.now() - 10_000
  await send('a', [
    { time, message: 'one', level: 'info' },
    { time, message: 'two', level: 'error', source: '/var/log/y' },
    { time: time - 5 * HOUR, message: 'old', level: 'error' }
  ])
  await send('b', [{ time: time + 1, message: 'three', level: 'warn', attributes: { user: 'eve' } }])
  await stored()
  expect(await find('')).toEqual(['three', 'two', 'one', 'old'])
  expect(await find('host=a')).toEqual(['two', 'one', 'old'])
  expect(await find('host=a&host=b&level=error&level=warn')).toEqual(['three', 'two', 'old'])
  expect(await find('source=/var/log/y')).toEqual(['two'])
  expect(await find('from=-1h')).toEqual(['three', 'two', 'one'])
  expect(await find(`to=${time}`)).toEqual(['old'])
  expect(await find(`from=${time}&to=${time + 1}`)).toEqual(['two', 'one'])
  expect(await find('host=nobody')).toEqual([])
  const { body } = await server.get('/api/v1/logs?q=three')
  expect(body.lines).toEqual([
    {
      ...{ id: expect.any(String), time: time + 1, host: 'b', source: '/var/log/x', level: 'warn' },
      ...{ message: 'three', attributes: { user: 'eve' } }
    }
  ])
})

test.each([
  ['level=loud', 'invalid_request'],
  ['q=%00', 'invalid_request'],
  ['limit=0', 'invalid_request'],
  ['limit=100000', 'invalid_request'],
  ['from=-1h&to=-2h', 'invalid_range'],
  ['cursor=abc', 'invalid_cursor'],
  [`cursor=${Buffer.from('[1,"x",1,1]').toString('base64url')}`, 'invalid_cursor']
])('%s is refused: %s', async (parameters, code) => {
  const { status, body } = await server.get(`/api/v1/logs?${parameters}`)
  expect({ status, code: body.code }).toEqual({ status: 400, code })
})
