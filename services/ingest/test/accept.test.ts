/** What the gateway takes, and what of it reaches the stream. */
import { randomUUID } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { post, type TestServer, testServer, thirdPartyToken } from '@miniobserv/infra/testkit'
import { host as hostServices } from '@miniobserv/service'
import { layoutKey, STREAMS } from '@miniobserv/stream'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ingest } from '../src/index.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer([ingest], { AGENT_TOKEN: 'the new secret, the secret before it' })
})
beforeEach(() => server.redis.redis.flushdb())
afterAll(() => server?.close())

const host = 'web-01'
const token = thirdPartyToken(host, { secret: 'the new secret' })
const series = [
  { name: 'system.cpu.utilization', labels: { 'cpu.mode': 'user' }, unit: '1' },
  { name: 'system.cpu.utilization', labels: { 'cpu.mode': 'idle' }, unit: '1' }
]
const metrics = (body: unknown, headers: Record<string, string> = {}) =>
  post(`${server.url}/api/v1/metrics`, body, { token, ...headers })

test('the body goes into the stream as it came, with who sent it', async () => {
  const batch = randomUUID().toUpperCase()
  const raw = gzipSync(
    JSON.stringify({ batch, host, series, points: [[Date.now(), 0.5, null]], later: 'ignored' })
  )
  const { status, body } = await metrics(raw, { 'content-encoding': 'gzip' })
  expect(status).toBe(202)
  expect(body.accepted).toBe(1)
  const [[, fields]] = (await server.redis.redis.xrangeBuffer(STREAMS.metrics, '-', '+')) as [
    [Buffer, Buffer[]]
  ]
  const entry = Object.fromEntries(
    fields.flatMap((name, i) => (i % 2 ? [] : [[String(name), fields[i + 1]]]))
  )
  expect(String(entry.batch)).toBe(batch.toLowerCase())
  expect(String(entry.host)).toBe(host)
  expect(String(entry.encoding)).toBe('gzip')
  expect(Math.abs(Number(String(entry.at)) - Date.now())).toBeLessThan(10_000)
  expect(gunzipSync(entry.body as Buffer)).toEqual(gunzipSync(raw))
})

test('a layout that one gateway learned is good at another one, and no longer when Redis has lost it', async () => {
  const other = await hostServices([ingest], { name: 'other', port: 0, env: server.env })
  const own = [{ name: 'queue.length' }]
  const { body } = await metrics({ host, series: own, points: [[Date.now(), 5]] })
  const reference = { host, layout: body.layout, points: [[Date.now(), 7]] }
  const elsewhere = await post(`${other.url}/api/v1/metrics`, reference, { token })
  expect(elsewhere.status).toBe(202)
  expect(elsewhere.body.layout).toBe(body.layout)
  await other.close()

  await server.redis.redis.flushdb()
  const third = await hostServices([ingest], { name: 'third', port: 0, env: server.env })
  expect((await post(`${third.url}/api/v1/metrics`, reference, { token })).body.code).toBe('unknown_layout')
  await third.close()
})

test('however many hosts bring the same series, Redis gets them once, and again when it may have lost them', async () => {
  let now = Date.now()
  const clocked = await hostServices([ingest], { name: 'own', port: 0, env: server.env, now: () => now })
  const send = () => post(`${clocked.url}/api/v1/metrics`, { host, series, points: [[now, 1, 1]] }, { token })
  const key = layoutKey((await send()).body.layout)
  await server.redis.redis.del(key)
  expect((await send()).status).toBe(202)
  expect(await server.redis.redis.exists(key)).toBe(0)
  now += 1_000
  expect((await send()).status).toBe(202)
  expect(await server.redis.redis.exists(key)).toBe(1)
  await clocked.close()
})

test('the same series in another order of labels are the same layout, in another order of columns another', async () => {
  const time = Date.now()
  const layout = async (list: unknown[]) =>
    (await metrics({ host, series: list, points: [[time, 1, 2]] })).body.layout
  const a = { name: 'm', labels: { x: '1', y: '2' } }
  const b = { name: 'm', labels: { x: '2', y: '2' } }
  expect(await layout([a, b])).toBe(await layout([{ name: 'm', labels: { y: '2', x: '1' } }, b]))
  expect(await layout([a, b])).not.toBe(await layout([b, a]))
})

test('an empty batch tells the time and is not queued', async () => {
  const { status, body } = await metrics({ host, series: [], points: [] })
  expect(status).toBe(202)
  expect(body).toMatchObject({ accepted: 0, now: expect.any(Number) })
  expect(await server.redis.redis.exists(STREAMS.metrics)).toBe(0)
})

test('while a secret is rotated both are good', async () => {
  const old = thirdPartyToken(host, { secret: 'the secret before it' })
  const { status } = await post(`${server.url}/api/v1/logs`, { host, lines: [] }, { token: old })
  expect(status).toBe(202)
})
