/** From a stream to rows: once each, whatever is delivered again, taken over or unusable. */
import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { eventually, type TestServer, testServer } from '@miniobserv/infra/testkit'
import { METRICS } from '@miniobserv/protocol'
import { append, GROUP, layoutOf, STREAMS } from '@miniobserv/stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writer } from '../src/index.ts'

let server: TestServer
beforeEach(async () => {
  server = await testServer([writer], { WRITER_CLAIM_AFTER: '300ms' })
})
afterEach(() => server?.close())

const HOUR = 3_600_000
const series = [{ name: 'a', labels: { x: '1' }, unit: 'By' }, { name: 'b' }]
const entry = (body: unknown, batch: string = randomUUID(), host = 'h') => ({
  ...{ batch, host, at: Date.now(), encoding: 'gzip' },
  body: gzipSync(JSON.stringify(body))
})
const metrics = (body: unknown, batch?: string) =>
  append(server.redis.redis, STREAMS.metrics, entry(body, batch), layoutOf(series))
const logs = (lines: unknown[], batch?: string) =>
  append(server.redis.redis, STREAMS.logs, entry({ lines }, batch))
const rows = async (sql: string) => (await server.db.pool.query(sql)).rows
const drained = () =>
  eventually(async () => {
    const { redis } = server.redis
    expect(await Promise.all([redis.xlen(STREAMS.metrics), redis.xlen(STREAMS.logs)])).toEqual([0, 0])
  })

test('a batch delivered twice is one frame; the same in two layouts is two', async () => {
  const time = Date.now()
  for (let i = 0; i < 3; i++) await metrics({ series, points: [[time, 1.5, null]] })
  await drained()
  expect(await rows('select host, metric, labels, value from samples')).toEqual([
    { host: 'h', metric: 'a', labels: { x: '1' }, value: 1.5 }
  ])
  await metrics({ series: [...series, { name: 'c' }], points: [[time, 1.5, null, 3]] })
  await drained()
  expect(await rows('select count(*) from frames')).toEqual([{ count: 2 }])
  expect(await rows('select name, unit from series order by name')).toEqual([
    { name: 'a', unit: 'By' },
    { name: 'b', unit: '' },
    { name: 'c', unit: '' }
  ])
})

test('a reference finds its layout in Redis, and in the database once Redis has lost it', async () => {
  const time = Date.now()
  const { hash } = layoutOf(series)
  await metrics({ layout: hash, points: [[time, 1, 2]] })
  await drained()
  await server.redis.redis.flushdb()
  await append(server.redis.redis, STREAMS.metrics, entry({ layout: hash, points: [[time + 1, 3, 4]] }))
  await eventually(async () => expect(await rows('select count(*) from frames')).toEqual([{ count: 2 }]))
})

test('lines keep their order, their attributes, and what PostgreSQL cannot hold becomes U+FFFD', async () => {
  const time = Date.now() - (Date.now() % HOUR) + 1000
  const batch = randomUUID()
  const message = 'a\u0000b \ud800 \\u0000 "quoted" {braces} \\ back'
  const lines = [
    {
      time,
      source: '/x',
      level: 'warn',
      message,
      attributes: { 'k\u0000': 'v\u0000\ud800', deep: { n: [1, null] } }
    },
    { time, source: '/x', message: 'second' },
    { time: time - 2000, source: '/y', message: 'of the hour before' }
  ]
  await logs(lines, batch)
  await logs(lines, batch)
  await drained()
  expect(
    await rows('select source, level, message, attributes from log_lines order by time desc, message')
  ).toEqual([
    {
      source: '/x',
      level: 'warn',
      message: 'a\ufffdb \ufffd \\u0000 "quoted" {braces} \\ back',
      attributes: { 'k\ufffd': 'v\ufffd\ufffd', deep: { n: [1, null] } }
    },
    { source: '/x', level: null, message: 'second', attributes: {} },
    { source: '/y', level: null, message: 'of the hour before', attributes: {} }
  ])
  const blocks = await rows("select time - min_time < interval '1 hour' as short from log_blocks")
  expect(blocks).toEqual([{ short: true }, { short: true }])
})

test('late data finds a partition, today and days ago', async () => {
  const days = [0, 1, 40, 300].map((days) => Date.now() - days * 24 * HOUR)
  await metrics({ series, points: days.map((time) => [time, 1, 2]) })
  await logs(days.map((time) => ({ time, source: 's', message: 'm' })))
  await drained()
  expect(await rows('select count(*) from frames')).toEqual([{ count: 4 }])
  expect(await rows('select count(*) from log_blocks')).toEqual([{ count: 4 }])
})

test('what nobody can store goes to the dead letters, and the rest of its bulk is stored', async () => {
  const { redis } = server.redis
  await append(redis, STREAMS.metrics, { ...entry({}), body: Buffer.from('no gzip') })
  await append(redis, STREAMS.metrics, entry({ layout: 'lost', points: [[Date.now(), 1]] }))
  await redis.xadd(STREAMS.metrics, '*', 'something', 'else')
  await metrics({ series, points: [[Date.now(), 1, 2]] })
  await drained()
  expect(await rows('select count(*) from frames')).toEqual([{ count: 1 }])
  const dead = await redis.xrange(STREAMS.dead, '-', '+')
  const reasons = dead.map(([, fields]) => fields[fields.indexOf('reason') + 1])
  expect(reasons.sort()).toEqual([
    expect.stringContaining('body cannot be read'),
    expect.stringContaining('has no field batch'),
    expect.stringContaining('layout lost')
  ])
})

test('one that the database itself refuses is found among many, and only that one is left out', async () => {
  const { redis } = server.redis
  await server.db.pool.query('alter table log_blocks rename to gone') // so that all of them come in one bulk
  const line = { time: Date.now(), source: 's', message: 'm' }
  for (let i = 0; i < 40; i++) await logs([{ ...line, message: `good ${i}` }])
  await append(redis, STREAMS.logs, entry({ lines: [line] }, 'no-uuid'))
  for (let i = 40; i < 60; i++) await logs([{ ...line, message: `good ${i}` }])
  await server.db.pool.query('alter table gone rename to log_blocks')
  await drained()
  expect(await rows('select count(*) from log_lines')).toEqual([{ count: 60 }])
  const dead = await redis.xrange(STREAMS.dead, '-', '+')
  expect(dead).toHaveLength(1)
  expect(dead[0]?.[1]).toEqual(
    expect.arrayContaining(['reason', expect.stringContaining('uuid'), 'batch', 'no-uuid'])
  )
})

test('a batch that a killed writer had taken is taken over', async () => {
  const { redis } = server.redis
  await server.db.pool.query('alter table frames rename to gone') // so that our writer does not get it first
  await metrics({ series, points: [[Date.now(), 1, 2]] })
  await eventually(async () => expect((await redis.xpending(STREAMS.metrics, GROUP))[0]).toBe(1))
  const [id] = (await redis.xrange(STREAMS.metrics, '-', '+'))[0] as [string, string[]]
  await redis.xclaim(STREAMS.metrics, GROUP, 'a-killed-writer', 0, id)
  await server.db.pool.query('alter table gone rename to frames')
  await drained()
  expect(await rows('select count(*) from frames')).toEqual([{ count: 1 }])
})

test('while the database refuses, nothing is acknowledged; afterwards all is stored', async () => {
  await server.db.pool.query('alter table frames rename to gone')
  for (let i = 0; i < 20; i++) await metrics({ series, points: [[Date.now() + i, 1, 2]] })
  await eventually(async () => expect(await server.redis.redis.xlen(STREAMS.metrics)).toBe(20))
  await server.db.pool.query('alter table gone rename to frames')
  await drained()
  expect(await rows('select count(*) from frames')).toEqual([{ count: 20 }])
})

test('a host is known by its latest batch and its latest facts', async () => {
  const { redis } = server.redis
  const first = {
    ...entry({ series, points: [[Date.now(), 1, 2]], info: { os: 'Debian' }, labels: { team: 'web' } }),
    at: 1_800_000_000_000
  }
  await append(redis, STREAMS.metrics, first, layoutOf(series))
  await append(redis, STREAMS.logs, { ...entry({ lines: [] }), at: first.at + 5000 })
  await append(redis, STREAMS.logs, { ...entry({ lines: [] }), at: first.at - 5000 })
  await drained()
  expect(
    await rows('select name, info, labels, extract(epoch from last_seen)::bigint as seen from hosts')
  ).toEqual([{ name: 'h', info: { os: 'Debian' }, labels: { team: 'web' }, seen: 1_800_000_005 }])
  await append(redis, STREAMS.metrics, {
    ...entry({ series, points: [[Date.now(), 1, 2]], labels: {} }),
    at: first.at
  })
  await drained()
  expect(await rows('select labels, info from hosts')).toEqual([{ labels: {}, info: { os: 'Debian' } }])
})

test('two agents of one name are noticed once they overlap; a restart is none', async () => {
  const { redis } = server.redis
  const at = 1_800_000_000_000
  const send = (agent: string, seconds: number, host: string) =>
    append(redis, STREAMS.logs, { ...entry({ lines: [] }), host, agent, at: at + seconds * 1000 })
  // All in one bulk, too, in which the host is new.
  for (const host of ['cloned', 'cloned at once']) {
    const sends = [0, 10, 20, 30, 40, 50].map(
      (seconds) => () => send(seconds % 20 ? 'one' : 'two', seconds, host)
    )
    if (host === 'cloned') for (const each of sends) await each()
    else await Promise.all(sends.map((each) => each()))
  }
  for (const seconds of [0, 10, 20, 30]) await send('before', seconds, 'restarted')
  for (const seconds of [35, 45, 90]) await send('after', seconds, 'restarted')
  await drained()
  expect(await rows('select name, twins_seen is not null as twins from hosts order by name')).toEqual([
    { name: 'cloned', twins: true },
    { name: 'cloned at once', twins: true },
    { name: 'restarted', twins: false }
  ])
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  expect(metrics).toMatch(/miniobserv_writer_twin_batches_total [1-9]/)
})

test("a host's clock offset is the latest that its agent told, under a reference too", async () => {
  const { redis } = server.redis
  const list = [{ name: 'a' }, { name: METRICS.clockOffset.name, unit: 'ms' }]
  const layout = layoutOf(list)
  const offset = async () => (await rows('select clock_offset_ms from hosts'))[0]?.clock_offset_ms
  await append(redis, STREAMS.metrics, entry({ series: list, points: [[Date.now(), 1, -7_200_000]] }), layout)
  await drained()
  expect(await offset()).toBe(-7_200_000)
  const later = { ...entry({ layout: layout.hash, points: [[Date.now(), 1, 0]] }), at: Date.now() + 5000 }
  await append(redis, STREAMS.metrics, later)
  await eventually(async () => expect(await offset()).toBe(0))
  await append(
    redis,
    STREAMS.metrics,
    { ...entry({ series, points: [[Date.now(), 1, 2]] }), at: Date.now() + 9000 },
    layoutOf(series)
  )
  await drained()
  expect(await offset()).toBe(0)
})
