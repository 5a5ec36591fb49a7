import { gunzipSync } from 'node:zlib'
import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createBuffer } from '../src/buffer.ts'
import { createClock } from '../src/clock.ts'
import type { SeriesList } from '../src/collect/index.ts'
import { cutLogs, cutMetrics } from '../src/cut.ts'
import { connect } from '../src/http.ts'
import { createReport } from '../src/report.ts'
import { startShipping } from '../src/ship.ts'
import { createTokens } from '../src/token.ts'
import { claimsOf, layoutOf, startGateway } from './gateway.ts'

const SECRET = 'a secret of more than thirty-two bytes'
const HOST = { name: 'web-01', info: { 'agent.version': '1' } }
const LIST: SeriesList = { key: 'k', series: [{ name: 'm', unit: '1' }] }
const HOUR = 3_600_000
const patient = { timeout: 5_000, interval: 5 }

async function shipping(options: { own?: () => number; timeoutMs?: number; limit?: number } = {}) {
  const gateway = await startGateway()
  const { own = Date.now } = options
  const clock = createClock(own)
  const buffer = createBuffer(options.limit ?? 1_000_000)
  const layouts: (string | undefined)[] = []
  const logged: { msg: string; code?: string; status?: number; detail?: string }[] = []
  const log = pino({}, { write: (text: string) => void logged.push(JSON.parse(text)) })
  const monotonic = () => performance.now()
  const start = () =>
    startShipping({
      host: HOST,
      buffer,
      connection: connect(gateway.url, options.timeoutMs),
      tokens: createTokens(SECRET, HOST.name, 'Zk3J9x'),
      clock,
      report: createReport(log, gateway.url, monotonic),
      onLayout: (_, layout) => layouts.push(layout),
      monotonic,
      random: () => 0
    })
  const shipper = start()
  onTestFinished(async () => {
    await shipper.stop(0)
    await gateway.close()
  })
  const metrics = (value: number, layout?: string) =>
    buffer.push(cutMetrics(HOST, { list: LIST, values: [value] }, clock.now(), layout, 0))
  const logs = (message: string) =>
    buffer.push(cutLogs(HOST, [{ time: clock.now(), source: '/x.log', message }]))
  /** Values and messages that the gateway was sent, every attempt. */
  const sent = () => gateway.batches.map(({ body }) => body.lines?.[0]?.message ?? body.points[0]?.[1])
  const emptied = () => vi.waitFor(() => expect(buffer.all()).toEqual([]), patient)
  return { gateway, clock, buffer, shipper, layouts, logged, metrics, logs, sent, emptied }
}

test('asks for the clock with an empty batch, then sends gzipped JSON with a token for this host', async () => {
  const { gateway, metrics, logs, emptied, layouts, logged } = await shipping()
  metrics(1)
  logs('hello')
  await emptied()
  const [first, ...others] = gateway.requests
  expect(first?.body).toMatchObject({ host: 'web-01', series: [], points: [] })
  expect(others.map(({ path }) => path).sort()).toEqual(['/api/v1/logs', '/api/v1/metrics'])
  for (const { headers, body } of gateway.requests) {
    expect(headers['content-encoding']).toBe('gzip')
    expect(claimsOf(headers.authorization, SECRET)).toMatchObject({ sub: 'web-01', aud: 'miniobserv:ingest' })
    expect(body.batch).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  }
  const batch = gateway.batches.find(({ path }) => path.endsWith('metrics'))
  expect(batch?.body).toMatchObject({ info: HOST.info, series: LIST.series })
  expect(layouts).toEqual([layoutOf(LIST.series)])
  // Two batches, one line in the log: it may itself be followed.
  expect(logged.map(({ msg }) => msg)).toEqual([`Sending to ${gateway.url}`])
})

test('while the server fails, batches are kept and sent again to the byte and in order; the log tells each trouble once', async () => {
  const { gateway, metrics, sent, emptied, logged, shipper, buffer } = await shipping()
  metrics(0)
  await emptied()
  gateway.answer = () => {
    const attempts = gateway.batches.length - 1
    if (attempts <= 2) return { status: 500 }
    return attempts <= 4 ? { status: 0, hangUp: true } : undefined
  }
  metrics(1)
  metrics(2)
  await emptied()
  expect(sent()).toEqual([0, 1, 1, 1, 1, 1, 2])
  expect(new Set(gateway.batches.slice(1, 6).map(({ raw }) => raw.toString('hex'))).size).toBe(1)
  expect(shipper.retries).toBe(4)
  expect(buffer.dropped).toBe(0)
  expect(logged.map(({ msg }) => msg)).toEqual([
    `Sending to ${gateway.url}`,
    'The server takes no batches now; they are kept and tried again',
    'The server cannot be reached; batches are kept and tried again',
    'The server takes batches again'
  ])
})

test('429 and 503 wait as long as they ask for', async () => {
  const { gateway, metrics, emptied } = await shipping()
  gateway.answer = () =>
    gateway.batches.length === 1 ? { status: 429, headers: { 'retry-after': '1' } } : undefined
  await vi.waitFor(() => expect(gateway.requests).toHaveLength(1), patient)
  metrics(1)
  await emptied()
  const [first, second] = gateway.batches
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(995)
})

test('a server that does not answer is given up on and asked again', async () => {
  const { gateway, metrics, sent, emptied, logged } = await shipping({ timeoutMs: 50 })
  gateway.answer = () => (gateway.batches.length === 1 ? { status: 0, silent: true } : undefined)
  await vi.waitFor(() => expect(gateway.requests).toHaveLength(1), patient)
  metrics(1)
  await emptied()
  expect(sent()).toEqual([1, 1])
  expect(logged.map(({ msg }) => msg)).toContain(
    'The server cannot be reached; batches are kept and tried again'
  )
})

test.each([400, 403, 409, 413, 415, 422])('%i is final for its batch only', async (status) => {
  const { gateway, metrics, sent, emptied, buffer, logged } = await shipping()
  gateway.answer = ({ body }) =>
    body.points[0]?.[1] === 1 ? { status, body: { code: 'no_good', detail: 'because' } } : undefined
  metrics(1)
  metrics(2)
  await emptied()
  expect(sent()).toEqual([1, 2])
  expect(buffer.dropped).toBe(1)
  expect(logged).toContainEqual(expect.objectContaining({ status, code: 'no_good', detail: 'because' }))
})

test('a hundred refusals of one kind are one line in the log', async () => {
  const { gateway, metrics, emptied, buffer, logged } = await shipping()
  gateway.answer = ({ body }) =>
    body.points.length > 0 ? { status: 403, body: { code: 'host_mismatch', detail: 'x' } } : undefined
  for (let index = 0; index < 100; index += 1) metrics(index)
  await emptied()
  expect(buffer.dropped).toBe(100)
  expect(logged.filter(({ code }) => code === 'host_mismatch')).toHaveLength(1)
})

test('a server that refuses every other request for now does not fill the log', async () => {
  const { gateway, metrics, emptied, logged } = await shipping()
  await vi.waitFor(() => expect(gateway.requests).toHaveLength(1), patient)
  gateway.answer = (_, index) => (index % 2 === 1 ? { status: 503 } : undefined)
  for (let index = 0; index < 50; index += 1) metrics(index)
  await emptied()
  expect(gateway.batches).toHaveLength(100)
  expect(logged).toHaveLength(2)
})

test('an unknown layout is answered with the same points and id, and the series', async () => {
  const { gateway, metrics, emptied, layouts, buffer } = await shipping()
  metrics(7, 'forgotten')
  await emptied()
  const [refused, accepted] = gateway.batches.map(({ body }) => body)
  expect(refused).toMatchObject({ layout: 'forgotten' })
  expect(accepted).toEqual({
    batch: refused?.batch,
    host: 'web-01',
    info: HOST.info,
    series: LIST.series,
    points: refused?.points
  })
  expect(gateway.batches).toHaveLength(2)
  expect(layouts).toEqual([undefined, layoutOf(LIST.series)])
  expect(buffer.dropped).toBe(0)
})

test('after a 401 with the time, the token is minted by it and the same bytes go at once', async () => {
  let own = Date.now()
  const { gateway, metrics, emptied, clock, logged } = await shipping({ own: () => own })
  await vi.waitFor(() => expect(gateway.requests).toHaveLength(1), patient)
  own -= 5 * HOUR // the host's clock was set wrong
  gateway.answer = ({ headers }) => {
    const expired = claimsOf(headers.authorization, SECRET).exp * 1000 < gateway.now()
    return expired ? { status: 401, body: { code: 'token_expired', now: gateway.now() } } : undefined
  }
  metrics(1)
  await emptied()
  const [first, second] = gateway.batches
  expect(gateway.batches).toHaveLength(2)
  expect(second?.raw.equals(first?.raw as Buffer)).toBe(true)
  expect(Math.abs(clock.offset - 5 * HOUR)).toBeLessThan(5_000)
  expect(logged.every(({ msg }) => msg.startsWith('Sending to'))).toBe(true)
})

test('a secret that the server does not know: batches are kept, told once, and sent when it does', async () => {
  const { gateway, metrics, emptied, sent, logged, buffer } = await shipping()
  await vi.waitFor(() => expect(gateway.requests).toHaveLength(1), patient)
  gateway.answer = () =>
    gateway.batches.length < 6
      ? { status: 401, body: { code: 'token_invalid', now: gateway.now() } }
      : undefined
  metrics(1)
  await emptied()
  expect(sent()).toEqual([1, 1, 1, 1, 1, 1])
  expect(buffer.dropped).toBe(0)
  expect(logged.filter(({ msg }) => msg.includes('refuses the token'))).toHaveLength(1)
})

test('logs do not wait for metrics', async () => {
  const { gateway, metrics, logs, buffer } = await shipping()
  gateway.answer = ({ path, body }) =>
    path.endsWith('metrics') && body.points.length > 0 ? { status: 0, silent: true } : undefined
  metrics(1)
  logs('through')
  await vi.waitFor(() => expect(buffer.size('logs')).toBe(0), patient)
  expect(buffer.size('metrics')).toBeGreaterThan(0)
})

test('with a wrong clock, what was cut before the gateway told the time is moved to it', async () => {
  const own = Date.now() - 3 * HOUR
  const { gateway, metrics, logs, emptied, clock } = await shipping({ own: () => own })
  let refused = 0
  // The token of the first request was minted by the wrong clock, too.
  gateway.answer = ({ headers }) => {
    if (claimsOf(headers.authorization, SECRET).exp * 1000 > gateway.now()) return undefined
    refused += 1
    return { status: 401, body: { code: 'token_expired', now: gateway.now() } }
  }
  metrics(1)
  logs('hello')
  await emptied()
  expect(refused).toBe(1)
  expect(clock.offset).toBeGreaterThan(2.9 * HOUR)
  const times = gateway.batches.map(({ body }) => body.lines?.[0]?.time ?? body.points[0]?.[0] ?? 0)
  expect(times).toHaveLength(2)
  for (const time of times) expect(Math.abs(time - Date.now())).toBeLessThan(5_000)
  expect(gateway.batches.every(({ raw }) => gunzipSync(raw).length > 0)).toBe(true)
})

test('nothing is sent before the gateway has told the time, however long it is away', async () => {
  const { gateway, metrics, emptied, sent } = await shipping()
  gateway.answer = () => (gateway.requests.length <= 3 ? { status: 502 } : undefined)
  metrics(1)
  await emptied()
  expect(gateway.requests.slice(0, 4).every(({ body }) => body.points.length === 0)).toBe(true)
  expect(sent()).toEqual([1])
})

test('a stop sends what is left, and gives up on a server that is away', async () => {
  const reachable = await shipping()
  for (let index = 0; index < 20; index += 1) reachable.metrics(index)
  await reachable.shipper.stop(3_000)
  expect(reachable.sent()).toHaveLength(20)

  const away = await shipping()
  away.gateway.answer = () => ({ status: 0, silent: true })
  away.metrics(1)
  const started = performance.now()
  await away.shipper.stop(100)
  expect(performance.now() - started).toBeLessThan(2_000)
})
