/** What a live view shows is what a search finds: the same lines, to the letter, once they are stored. */
import { randomUUID } from 'node:crypto'
import {
  eventually,
  type Listening,
  listenLive,
  post,
  type TestServer,
  testServer,
  thirdPartyToken
} from '@miniobserv/infra/testkit'
import { ingest } from '@miniobserv/ingest'
import type { FoundLine } from '@miniobserv/protocol'
import { writer } from '@miniobserv/writer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from '../src/index.ts'

const [SECOND, HOUR] = [1_000, 3_600_000]
const START = Math.floor((Date.now() - 3 * HOUR) / HOUR) * HOUR

const SEARCHES = [
  ...[
    '',
    'q=level:warn',
    'q=level:>=warn',
    'q=level:info,debug',
    'q=level:none',
    'q=-level:none -level:debug'
  ],
  ...['level=info&level=fatal', 'host=web-1&q=-signed', 'host=nobody', 'source=/srv/app/app.json'],
  ...[
    'q=host:web-2',
    'q=host:WEB-*',
    'q=-host:web-2 -level:none',
    'q=source:app.json',
    'q=source:/srv/* level:info'
  ],
  ...['q=-source:*.json', 'q=signed', 'q=SIGNED igned', 'q=-"user signed" eve', 'q=user=eve', 'q=user=EVE'],
  ...[
    'q=user=ev',
    'q=user=e*',
    'q=user=*e',
    'q=user=*v*',
    'q=-user=eve level:>debug',
    'q=user!=eve',
    'q=-user!=eve'
  ],
  ...[
    'q=req.id=a-1',
    'q=req.size=10',
    'q=req=*a-1*',
    'q=req={"id": "a-1", "size": 10}',
    'q=ms=1500',
    'q=a.b=true'
  ],
  ...[
    'q=status=5*',
    'q="user=mallory"',
    'q="say \\"why\\""',
    'q=C:\\temp',
    'q=üNÏCODE',
    'q=ὈΔΥΣΣΕΎΣ',
    'q=/api/orders'
  ],
  ...[
    'q=tags=["x", 1.5]',
    'q=tags.0=x',
    'q=big=12345678901234567890',
    'q=tiny=0.0000001',
    'q=gone=*',
    'q=-gone=*'
  ],
  ...['q=50%', 'q=a_b', 'q=a*b', 'q="\uFFFD"', 'q=n=7', 'q=n=*7', 'q=level:error n=1*', 'q=nowhere', 'q="']
].map((search) => search.replace(/q=(.*)/, (_, q) => `q=${encodeURIComponent(q)}`))

let server: TestServer
const listening = new Map<string, Listening>()

async function send(host: string, lines: Record<string, unknown>[]): Promise<void> {
  const body = { batch: randomUUID(), host, lines: lines.map((line) => ({ source: '/var/log/x', ...line })) }
  const { status } = await post(`${server.url}/api/v1/logs`, body, { token: thirdPartyToken(host) })
  expect(status).toBe(202)
}

beforeAll(async () => {
  server = await testServer([ingest, writer, query])
  const cookie = await server.as('admin')
  for (const search of SEARCHES) {
    listening.set(search, await listenLive(`${server.url}/api/v1/live/logs?${search}`, { cookie }))
  }
  await eventually(() => {
    for (const { events } of listening.values()) expect(events[0]?.event).toBe('reset')
  })
  const json = (time: number, members: object | string) => ({
    ...{ time, source: '/srv/app/app.json' },
    message: typeof members === 'string' ? members : JSON.stringify({ time, ...members })
  })
  await send('web-1', [
    json(START + 1 * SECOND, { level: 30, msg: 'User signed in', user: 'eve', req: { size: 10, id: 'a-1' } }),
    json(START + 2 * SECOND, {
      level: 40,
      msg: 'slow answer',
      user: 'Adam',
      ms: 1500,
      'a.b': true,
      gone: null
    }),
    json(START + 3 * SECOND, { level: 60, msg: 'crashed', user: 'eve', note: 'say "why" C:\\temp Ünïcode' }),
    json(START + 4 * SECOND, { status: 502, path: '/api/orders', tags: ['x', 1.5] }),
    json(
      START + 5 * SECOND,
      '{"msg":"numbers","big":12345678901234567890,"tiny":1e-7,"text":"a_b \\u0000 50%"}'
    ),
    { time: START + 6 * SECOND, message: 'Ὀδυσσεύς says: a*b \0', level: 'error' }
  ])
  await send('web-2', [
    { time: START + 7 * SECOND, message: 'user=mallory in a text', level: 'debug' },
    { time: START + 8 * SECOND, message: 'nothing is known of it', attributes: { user: 'evé' } }
  ])
  await send(
    'db',
    Array.from({ length: 1_000 }, (_, i) => ({
      ...{ time: START + HOUR / 2 + ((i * 7) % 1_000) * 3 * SECOND, level: i % 10 ? 'info' : 'error' },
      message: `statement ${i} took long`,
      attributes: { n: i }
    }))
  )
  await eventually(async () => {
    const { rows } = await server.db.pool.query(
      'select coalesce(sum(cardinality(times)), 0)::int as n from log_blocks'
    )
    expect(rows[0].n).toBe(1_008)
  })
})
afterAll(async () => {
  for (const { close } of listening.values()) close()
  await server?.close()
})

const byId = (a: FoundLine, b: FoundLine): number => (a.id < b.id ? -1 : 1)

test.each(SEARCHES)('%s', async (search) => {
  const { events } = listening.get(search) as Listening
  const { body } = await server.get(`/api/v1/logs?limit=1000&order=oldest&from=${START}&${search}`)
  const more = body.next
    ? (await server.get(`/api/v1/logs?limit=1000&order=oldest&cursor=${body.next}&${search}`)).body.lines
    : []
  const stored: FoundLine[] = [...body.lines, ...more].sort(byId)
  await eventually(() => {
    const came = events.flatMap(({ event, data }) => (event === 'lines' ? (data.lines as FoundLine[]) : []))
    expect(came.sort(byId)).toEqual(stored)
  })
})
