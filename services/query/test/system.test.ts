/** What the system says of itself: what its storage takes, and what is wrong with it. */
import { randomUUID } from 'node:crypto'
import { eventually, post, type TestServer, testServer, thirdPartyToken } from '@miniobserv/infra/testkit'
import { ingest } from '@miniobserv/ingest'
import { STREAMS } from '@miniobserv/stream'
import { writer } from '@miniobserv/writer'
import { afterEach, expect, test } from 'vitest'
import { databaseStanding } from '../src/health/database.ts'
import { NO_REDIS } from '../src/health/redis.ts'
import { findTroubles } from '../src/health/troubles.ts'
import { query } from '../src/index.ts'

const MINUTE = 60_000
let server: TestServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const get = async (path: string) => (await (server as TestServer).get(`/api/v1/${path}`)).body
const codes = async () => (await get('health')).troubles.map(({ code }: { code: string }) => code)

const send = (host: string) =>
  post(
    `${(server as TestServer).url}/api/v1/metrics`,
    { batch: randomUUID(), host, series: [{ name: 'm' }], points: [[Date.now(), 1]] },
    { token: thirdPartyToken(host) }
  )

test('a system that works has no troubles, and says what it stores and for how long', async () => {
  server = await testServer([ingest, writer, query], { KEEP_RAW: '3d', MAX_DISK: '20GiB' })
  await eventually(async () => expect(await codes()).toEqual([]))
  await send('a')
  await eventually(async () => {
    const health = await get('health')
    expect(health.streams).toEqual([
      { name: STREAMS.metrics, entries: 0, oldest: null },
      { name: STREAMS.logs, entries: 0, oldest: null }
    ])
    expect(health.writers).toEqual([expect.objectContaining({ status: 'reading', taken: 0 })])
    expect(health.dead).toEqual({ letters: 0, oldest: null, reason: null })
    expect(health.redis.used).toBeGreaterThan(100_000)
    expect(health.versions).toMatchObject({ miniobserv: expect.stringMatching(/^\d/), timescaledb: null })
  })
  const storage = await get('storage')
  expect(storage).toMatchObject({ edition: 'native', budget: 20 * 1024 ** 3, dropped: [] })
  expect(storage.bytes).toBeGreaterThan(1_000_000)
  const [frames] = storage.tables
  expect(frames).toMatchObject({ table: 'frames', keep: 3 * 86_400_000 })
  expect(frames.from).toBeLessThanOrEqual(Date.now())
  expect(frames.bytes).toBeGreaterThan(0)
})

test('without a writer, what waits is named with its age; dead letters with their reason', async () => {
  server = await testServer([ingest, query])
  expect(await codes()).toEqual(['no_writer'])
  const { redis } = server.redis
  await redis.xadd(STREAMS.metrics, String(Date.now() - MINUTE), 'batch', 'x')
  await redis.xadd(STREAMS.dead, '*', 'stream', STREAMS.logs, 'id', '1-0', 'reason', 'the disk was full')
  const health = await get('health')
  expect(health.troubles.map(({ code }: { code: string }) => code)).toEqual([
    'no_writer',
    'backlog_old',
    'dead_letters'
  ])
  expect(health.troubles[1].detail).toMatch(/6\d s ago/)
  expect(health.dead).toMatchObject({ letters: 1, reason: 'the disk was full' })
  expect(health.streams[0]).toMatchObject({ entries: 1 })
})

test('rollups that lag, and an alerter that is silent or blind, are troubles', async () => {
  server = await testServer([query])
  const { pool } = server.db
  const now = Date.now()
  const found = async () => {
    const troubles = findTroubles({ ...NO_REDIS, writers: [READING] }, await databaseStanding(pool), now)
    return troubles.map(({ code }) => code)
  }
  expect(await found()).toEqual([])
  await pool.query('update rollup_progress set done_until = $1', [new Date(now - 20 * MINUTE)])
  expect(await found()).toEqual(['minutes_behind'])
  await pool.query('update rollup_progress set done_until = $1', [new Date(now - 100 * MINUTE)])
  expect(await found()).toEqual(['minutes_behind', 'hours_behind'])
  await pool.query('update rollup_progress set done_until = $1', [new Date(now)])
  await pool.query(
    `insert into hosts (name, first_seen, last_seen) values ('a', now() - interval '1 h', now())`
  )
  expect(await found()).toEqual(['alerter_silent'])
  await pool.query('update alerter_state set evaluated_at = now(), blind_reason = $1', ['nothing arrives'])
  expect(await found()).toEqual(['alerter_blind'])
})

test('without Redis the rest is told all the same', async () => {
  const database = { rollups: [], firstSeen: null, postgresql: '18', timescaledb: null }
  const alerter = { evaluatedAt: null, blindSince: null, reason: null }
  const troubles = findTroubles(undefined, { ...database, alerter }, 0)
  expect(troubles.map(({ code }) => code)).toEqual(['redis_unreachable'])
})

const READING = { name: 'w', status: 'reading' as const, taken: 0, idle: 10 }
