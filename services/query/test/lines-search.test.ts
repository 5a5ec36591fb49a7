/** What a search can ask for beyond words, over HTTP: levels, hosts, attributes, both directions, context, counts. */
import { randomUUID } from 'node:crypto'
import { eventually, post, type TestServer, testServer, thirdPartyToken } from '@miniobserv/infra/testkit'
import { ingest } from '@miniobserv/ingest'
import { writer } from '@miniobserv/writer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from '../src/index.ts'

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000]
/** The start of an hour, so that none falls into the middle of the lines. */
const START = Math.floor((Date.now() - 3 * HOUR) / HOUR) * HOUR

let server: TestServer
let sent = 0
async function send(host: string, lines: Record<string, unknown>[]): Promise<void> {
  const body = { batch: randomUUID(), host, lines: lines.map((line) => ({ source: '/var/log/x', ...line })) }
  const { status } = await post(`${server.url}/api/v1/logs`, body, { token: thirdPartyToken(host) })
  expect(status).toBe(202)
  sent += lines.length
}

beforeAll(async () => {
  server = await testServer([ingest, writer, query])
  const json = (time: number, members: object) => ({
    ...{ time, source: '/srv/app/app.json' },
    message: JSON.stringify({ time, ...members })
  })
  await send('web-1', [
    json(START + 1 * SECOND, { level: 30, msg: 'User signed in', user: 'eve', req: { id: 'a-1', size: 10 } }),
    json(START + 2 * SECOND, { level: 40, msg: 'slow answer', user: 'Adam', ms: 1500, 'a.b': true }),
    json(START + 3 * SECOND, { level: 60, msg: 'crashed', user: 'eve', note: 'say "why" C:\\temp Ünïcode' }),
    json(START + 4 * SECOND, { status: 502, path: '/api/orders' })
  ])
  await send('web-2', [
    { time: START + 5 * SECOND, message: 'user=mallory in a text', level: 'debug' },
    { time: START + 6 * SECOND, message: 'nothing is known of it' }
  ])
  // A large batch: several blocks, whose lines go back and forth in time.
  await send(
    'db',
    Array.from({ length: 1_000 }, (_, i) => ({
      ...{ time: START + HOUR + ((i * 7) % 1_000) * SECOND, level: i % 10 ? 'info' : 'error' },
      message: `statement ${i} took long`,
      attributes: { n: i }
    }))
  )
  await eventually(async () => {
    const { rows } = await server.db.pool.query(
      'select coalesce(sum(cardinality(times)), 0)::int as n from log_blocks'
    )
    expect(rows[0].n).toBe(sent)
  })
})
afterAll(() => server?.close())

type Line = { id: string; time: number; message: string; attributes: { n?: number } }
const ask = async (path: string) => {
  const { status, body } = await server.get(`/api/v1/logs${path}`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}
const search = async (q: string): Promise<number[]> => {
  const { lines } = await ask(`?limit=10&q=${encodeURIComponent(q)}&to=${START + MINUTE}`)
  return lines.map(({ time }: Line) => (time - START) / SECOND)
}

test.each<[string, number[]]>([
  ['level:warn', [2]],
  ['level:>=warn', [3, 2]],
  ['level:info,debug', [5, 1]],
  ['level:none', [6, 4]],
  ['-level:none -level:debug', [3, 2, 1]],
  ['host:web-2', [6, 5]],
  ['host:WEB-*', [6, 5, 4, 3, 2, 1]],
  ['-host:web-2 -level:none', [3, 2, 1]],
  ['host:nobody', []],
  ['source:app.json', [4, 3, 2, 1]],
  ['source:/srv/* level:info', [1]],
  ['-source:*.json', [6, 5]],
  ['signed', [1]],
  ['SIGNED igned', [1]],
  ['-signed host:web-1', [4, 3, 2]],
  ['-"user signed" eve', [3]],
  ['user=eve', [3, 1]],
  ['user=EVE', [3, 1]],
  ['user=ev', []],
  ['user=e*', [3, 1]],
  ['-user=eve level:>debug', [2]],
  ['user!=eve', [2]],
  ['req.id=a-1', [1]],
  ['req.size=10', [1]],
  ['ms=1500', [2]],
  ['a.b=true', [2]],
  ['status=502', [4]],
  ['status=5*', [4]],
  ['"user=mallory"', [5]],
  ['mallory "in a"', [5]],
  ['"say \\"why\\""', [3]],
  ['C:\\temp', [3]],
  ['üNÏCODE', [3]],
  ['orders', [4]],
  ['/api/orders', [4]],
  ['nowhere', []],
  ['"', [6, 5, 4, 3, 2, 1]]
])('%s', async (q, seconds) => {
  expect(await search(q)).toEqual(seconds)
})

test('a line of JSON is shown by its message, or else by what it has', async () => {
  const { lines } = await ask(`?q=host:web-1&to=${START + MINUTE}`)
  expect(lines.map(({ message }: Line) => message)).toEqual([
    '{"status":502,"path":"/api/orders"}',
    'crashed',
    'slow answer',
    'User signed in'
  ])
  expect(lines[1]).toMatchObject({ level: 'fatal', attributes: { user: 'eve' } })
})

test('pages both ways, over blocks that overlap, with each line once and in order', async () => {
  const pages = async (order: string) => {
    const lines: Line[] = []
    for (let cursor = ''; ; ) {
      const { lines: page, next } = await ask(
        `?q=statement&limit=93&order=${order}${cursor && `&cursor=${cursor}`}`
      )
      lines.push(...page)
      if (next === null) return lines
      cursor = next
    }
  }
  const [newest, oldest] = [await pages('newest'), await pages('oldest')]
  expect(oldest).toEqual([...newest].reverse())
  expect(oldest.map(({ time }) => time)).toEqual(
    Array.from({ length: 1_000 }, (_, i) => START + HOUR + i * SECOND)
  )
  expect(new Set(oldest.map(({ id }) => id)).size).toBe(1_000)
})

test('what is newer than a page is found from it: live', async () => {
  const { newer } = await ask('?q=later&from=-1h')
  const [one, two] = [Date.now() - 2_000, Date.now() - 1_000]
  const poll = (cursor: string) => ask(`?q=later&order=oldest&cursor=${cursor}`)
  expect((await poll(newer)).lines).toEqual([])
  await send('web-3', [{ time: one, message: 'later 1' }])
  const first = await eventually(async () => {
    const answer = await poll(newer)
    expect(answer.lines.map(({ message }: Line) => message)).toEqual(['later 1'])
    return answer
  })
  expect((await poll(first.newer)).lines).toEqual([])
  await send('web-3', [{ time: two, message: 'later 2' }])
  await eventually(async () => {
    const { lines } = await poll(first.newer)
    expect(lines.map(({ message }: Line) => message)).toEqual(['later 2'])
  })
})

test('context: the lines around one, of its source or of its host', async () => {
  const { lines } = await ask('?q="statement 500 took"')
  const { lines: around, place } = await ask(`/context?id=${lines[0].id}&before=3&after=2`)
  expect(place).toBe(3)
  expect(around[place]).toEqual(lines[0])
  expect(around.map(({ time }: Line) => (time - lines[0].time) / SECOND)).toEqual([-3, -2, -1, 0, 1, 2])

  const { lines: found } = await ask(`?q=crashed&to=${START + MINUTE}`)
  const all = await ask(`/context?id=${found[0].id}&before=1&after=0&sources=all`)
  expect(all.lines.map(({ message }: Line) => message)).toEqual(['slow answer', 'crashed'])
  for (const id of ['nonsense', `${randomUUID()}.${START}.1`, found[0].id.replace(/\d+$/, '99')]) {
    const { status, body } = await server.get(`/api/v1/logs/context?id=${id}`)
    expect([status, body.code]).toEqual([404, 'line_unknown'])
  }
})

test('histogram: lines by level over time, of everything and of a search', async () => {
  const range = `from=${START}&to=${START + 2 * HOUR}`
  const all = await ask(`/histogram?${range}&step=1h`)
  expect(all).toEqual({
    ...{ step: HOUR, total: 1_006, exactFrom: START, sampled: 1 },
    buckets: [
      { time: START, counts: { none: 2, debug: 1, info: 1, warn: 1, fatal: 1 } },
      { time: START + HOUR, counts: { info: 900, error: 100 } }
    ]
  })
  // Buckets finer than blocks, and edges within them.
  const fine = await ask(
    `/histogram?from=${START + HOUR + 30_500}&to=${START + HOUR + 90_000}&step=10s&host=db`
  )
  expect(fine.total).toBe(59)
  expect(fine.buckets.map(({ time }: Line) => (time - START - HOUR) / SECOND)).toEqual([
    30, 40, 50, 60, 70, 80
  ])
  expect((await ask(`/histogram?${range}&q=level:error`)).total).toBe(100)
  expect((await ask(`/histogram?${range}&q=-level:error&level=info&level=error`)).total).toBe(901)
  expect((await ask(`/histogram?${range}&q=user=eve`)).total).toBe(2)
  expect((await ask(`/histogram?${range}&q=nowhere`)).buckets).toEqual([])
  expect((await ask(`/histogram?${range}&host=nobody`)).total).toBe(0)
})

test('sources: their names by host, with when they last wrote', async () => {
  const { sources, next } = await ask('/sources?limit=2')
  expect(sources.map(({ host, source }: Record<string, string>) => `${host} ${source}`)).toEqual([
    'db /var/log/x',
    'web-1 /srv/app/app.json'
  ])
  expect(sources[1].lastSeen).toBe(START + 4 * SECOND)
  const { sources: rest } = await ask(`/sources?host=web-2&cursor=${next}`)
  expect(rest).toEqual([{ host: 'web-2', source: '/var/log/x', lastSeen: START + 6 * SECOND }])
})

test('what one waits for too long ends, and says what to do', async () => {
  const { status, body } = await server.get('/api/v1/logs?q=level:loud')
  expect([status, body.code, body.detail]).toEqual([400, 'invalid_search', expect.stringContaining('"loud"')])
  const hasty = await testServer([query], { QUERY_TIMEOUT: '1ms' })
  try {
    await hasty.db.pool.query('select pg_sleep(0)')
    const answer = await hasty.get('/api/v1/logs/histogram?step=1h')
    expect([200, 503]).toContain(answer.status)
  } finally {
    await hasty.close()
  }
})

test('a search is downloaded whole, in pages that nobody sees, as lines of JSON or of text', async () => {
  const all = (await ask(`?q=host:db&limit=1000&from=${START}&to=${START + 3 * HOUR}`)).lines
  const { body, headers } = await server.get(`/api/v1/logs/download?from=${START}&to=${START + 3 * HOUR}`)
  const lines = (body as string).trimEnd().split('\n')
  expect(headers.get('content-disposition')).toMatch(/^attachment; filename="logs-[\dT-]+\.ndjson"$/)
  const { total } = await ask(`/histogram?from=${START}&to=${START + 3 * HOUR}`)
  expect(lines).toHaveLength(total)
  expect(lines.slice(0, 1_000).map((line) => JSON.parse(line))).toEqual(all)

  const text = await server.get(`/api/v1/logs/download?format=text&q=mallory&from=${START}`)
  expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(text.body).toBe(
    `${new Date(START + 5 * SECOND).toISOString()} web-2 /var/log/x DEBUG user=mallory in a text\n`
  )
  const few = await server.get(`/api/v1/logs/download?format=text&limit=3&from=${START}`)
  expect((few.body as string).trimEnd().split('\n')).toHaveLength(3)
  expect((await server.get('/api/v1/logs/download?q=level:loud')).status).toBe(400)
})
