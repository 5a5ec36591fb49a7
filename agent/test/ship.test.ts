import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createBuffer } from '../src/buffer.ts'
import { createClock } from '../src/clock.ts'
import type { SeriesList } from '../src/collect/index.ts'
import { cutLogs } from '../src/cut.ts'
import { createFrames } from '../src/frames.ts'
import { connect } from '../src/http.ts'
import { createReport } from '../src/report.ts'
import { startShipping } from '../src/ship.ts'
import { createTokens } from '../src/token.ts'
import { claimsOf, layoutOf, startGateway } from './gateway.ts'

const SECRET = 'a secret of more than thirty-two bytes'
const HOST = { name: 'web-01', info: { 'agent.version': '1' }, labels: { team: 'web' } }
const LIST: SeriesList = { key: 'k', series: [{ name: 'm', unit: '1' }] }
const HOUR = 3_600_000
const patient = { timeout: 5_000, interval: 5 }

async function shipping(options: { own?: () => number; timeoutMs?: number; behind?: () => number } = {}) {
  const gateway = await startGateway()
  const { own = Date.now, behind = () => 0 } = options
  const monotonic = () => performance.now()
  const clock = createClock(own, monotonic)
  const frames = createFrames(1_000_000)
  const buffer = createBuffer()
  const logged: { msg: string; code?: string; status?: number; detail?: string }[] = []
  const log = pino({}, { write: (text: string) => void logged.push(JSON.parse(text)) })
  const shipper = startShipping({
    host: HOST,
    frames,
    buffer,
    connection: connect(gateway.url, options.timeoutMs),
    tokens: createTokens(SECRET, HOST.name, 'Zk3J9x'),
    clock,
    report: createReport(log, gateway.url, monotonic),
    behind,
    monotonic,
    random: () => 0
  })
  onTestFinished(async () => {
    await shipper.stop(0)
    await gateway.close()
  })
  const metrics = (value: number) => frames.push({ list: LIST, values: [value] }, clock.now(), 0)
  const logs = (message: string) =>
    buffer.push(cutLogs(HOST, [{ time: clock.now(), source: '/x.log', message }]))
  /** Values and messages that the gateway was sent, every attempt. */
  const sent = () =>
    gateway.batches.flatMap<unknown>(
      ({ body }) => body.lines?.[0]?.message ?? body.points.map((point) => point[1])
    )
  const emptied = () =>
    vi.waitFor(() => {
      const waiting = frames.liveFrom === undefined ? frames.size + buffer.size() : Infinity
      expect(waiting).toBe(0)
    }, patient)
  const asked = () => vi.waitFor(() => expect(clock.known).toBe(true), patient)
  return { gateway, clock, frames, buffer, shipper, logged, metrics, logs, sent, emptied, asked }
}

test('asks for the clock with an empty batch, then sends JSON, gzipped where it is large, with a token', async () => {
  const { gateway, metrics, logs, emptied, logged } = await shipping()
  metrics(1)
  logs('hello'.repeat(1000))
  await emptied()
  const [first, ...others] = gateway.requests
  expect(first?.body).toMatchObject({ host: 'web-01', series: [], points: [] })
  expect(others.map(({ path }) => path).sort()).toEqual(['/api/v1/logs', '/api/v1/metrics'])
  for (const { headers, body, path, raw } of gateway.requests) {
    expect(headers['content-encoding']).toBe(path.endsWith('logs') ? 'gzip' : undefined)
    expect(raw.length).toBeLessThan(1024)
    expect(claimsOf(headers.authorization, SECRET)).toMatchObject({ sub: 'web-01', aud: 'miniobserv:ingest' })
    expect(body.batch).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  }
  const batch = gateway.batches.find(({ path }) => path.endsWith('metrics'))
  expect(batch?.body).toMatchObject({ info: HOST.info, labels: HOST.labels, series: LIST.series })
  // Two batches, one line in the log: it may itself be followed.
  expect(logged.map(({ msg }) => msg)).toEqual([`Sending to ${gateway.url}`])
})

test('from the second on, points name the layout that the gateway gave their columns', async () => {
  const { gateway, metrics, emptied } = await shipping()
  for (const value of [1, 2]) {
    metrics(value)
    await emptied()
  }
  expect(gateway.batches[1]?.body).toMatchObject({ layout: layoutOf(LIST.series) })
  expect(gateway.batches[1]?.body.series).toBeUndefined()
})

test('while the server fails, a batch is sent again to the byte; the log tells each trouble once', async () => {
  const { gateway, metrics, sent, emptied, logged, shipper, frames, buffer } = await shipping()
  metrics(0)
  await emptied()
  gateway.answer = () => {
    const attempts = gateway.batches.length - 1
    if (attempts <= 2) return { status: 500 }
    return attempts <= 4 ? { status: 0, hangUp: true } : undefined
  }
  metrics(1)
  await vi.waitFor(() => expect(shipper.healthy('metrics')).toBe(false), patient)
  await emptied()
  expect(sent()).toEqual([0, 1, 1, 1, 1, 1])
  expect(new Set(gateway.batches.slice(1).map(({ raw }) => raw.toString('hex'))).size).toBe(1)
  expect(shipper.retries).toBe(4)
  expect([frames.dropped, buffer.refusals('metrics'), shipper.healthy('metrics')]).toEqual([0, 0, true])
  expect(logged.map(({ msg }) => msg)).toEqual([
    `Sending to ${gateway.url}`,
    'The server takes no batches now; they are kept and tried again',
    'The server cannot be reached; batches are kept and tried again',
    'The server takes batches again'
  ])
})

test('after an outage: what was on its way unchanged, then the newest, then the others in large batches, newest first', async () => {
  const { gateway, metrics, emptied, sent, frames, buffer, asked } = await shipping()
  await asked()
  gateway.answer = () => ({ status: 503, headers: { 'retry-after': '1' } })
  metrics(0)
  await vi.waitFor(() => expect(gateway.batches).toHaveLength(1), patient)
  for (let value = 1; value <= 400; value += 1) metrics(value)
  expect(frames.size).toBeLessThan(400 * 3 * 8)
  gateway.answer = () => undefined
  await emptied()
  const [first, again, ...others] = gateway.batches
  expect(again?.raw.equals(first?.raw as Buffer)).toBe(true)
  expect(sent().slice(2, 3)).toEqual([400])
  expect(others.map(({ body }) => body.points.length)).toEqual([1, 39, 60, 60, 60, 60, 60, 60])
  const kept = others.slice(1).map(({ body }) => body.points.map(([, value]) => value))
  expect(kept.toReversed().flat()).toEqual(Array.from({ length: 399 }, (_, index) => index + 1))
  expect(new Set(gateway.batches.map(({ body }) => body.batch)).size).toBe(gateway.batches.length - 1)
  expect([frames.dropped, buffer.refusals('metrics')]).toEqual([0, 0])
  // Paced: five a second.
  const gaps = others.slice(2).map(({ at }, index) => at - (others[index + 1]?.at ?? 0))
  for (const gap of gaps) expect(gap).toBeGreaterThan(190)
})

test('while older points are sent, each new one goes before them', async () => {
  const { gateway, metrics, emptied, sent, asked } = await shipping()
  await asked()
  let away = true
  gateway.answer = ({ body }) => {
    if (away) return { status: 503 }
    if (body.points.length === 60 && sent().at(-1) !== 1_000) metrics(1_000)
    return undefined
  }
  for (let value = 0; value < 300; value += 1) metrics(value)
  away = false
  await emptied()
  const sizes = gateway.batches.map(({ body }) => body.points.length)
  const older = sizes.flatMap((size, index) => (size === 60 ? [index] : []))
  expect(older.length).toBeGreaterThan(2)
  for (const index of older) expect(sizes[index + 1]).toBe(1)
})

test('a batch that was on its way when the server went away keeps its place and bytes, however often it is away', async () => {
  const { gateway, metrics, emptied, asked } = await shipping()
  await asked()
  gateway.answer = ({ body }, index) =>
    body.points.length > 0 && index % 3 !== 0
      ? { status: index % 2 ? 429 : 0, hangUp: index % 2 === 0 }
      : undefined
  for (let value = 0; value < 200; value += 1) metrics(value)
  await emptied()
  const bytes = new Map<string | undefined, Set<string>>()
  for (const { body, raw } of gateway.batches)
    bytes.set(body.batch, (bytes.get(body.batch) ?? new Set()).add(raw.toString('hex')))
  expect([...bytes.values()].every(({ size }) => size === 1)).toBe(true)
  const accepted = new Map(
    gateway.batches.map(({ body }) => [body.batch, body.points.map(([, value]) => value)])
  )
  expect(
    [...accepted.values()]
      .flat()
      .map(Number)
      .sort((a, b) => a - b)
  ).toEqual(Array.from({ length: 200 }, (_, index) => index))
})

test('log lines that waited for the server are paced, those of a normal day are not', async () => {
  let behind = 0
  const { gateway, logs, emptied, sent, asked } = await shipping({ behind: () => behind })
  await asked()
  for (let index = 0; index < 10; index += 1) logs(`before ${index}`)
  const began = performance.now()
  await emptied()
  expect(performance.now() - began).toBeLessThan(1_000)
  gateway.answer = () => (gateway.batches.length === 11 ? { status: 503 } : undefined)
  behind = 5_000
  for (let index = 0; index < 5; index += 1) logs(`kept ${index}`)
  await emptied()
  expect(sent().slice(10)).toEqual(['kept 0', 'kept 0', 'kept 1', 'kept 2', 'kept 3', 'kept 4'])
  const [, second, ...later] = gateway.batches.slice(10).map(({ at }) => at)
  expect((later.at(-1) ?? 0) - (second ?? 0)).toBeGreaterThan(550)
  behind = 0
  logs('caught up')
  await emptied()
  const calm = performance.now()
  for (let index = 0; index < 10; index += 1) logs(`after ${index}`)
  await emptied()
  expect(performance.now() - calm).toBeLessThan(1_000)
})

test('429 and 503 wait as long as they ask for', async () => {
  const { gateway, metrics, emptied, asked } = await shipping()
  gateway.answer = () =>
    gateway.batches.length === 1 ? { status: 429, headers: { 'retry-after': '1' } } : undefined
  await asked()
  metrics(1)
  await emptied()
  const [first, second] = gateway.batches
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(995)
})

test('a server that does not answer is given up on and asked again', async () => {
  const { gateway, metrics, sent, emptied, logged, asked } = await shipping({ timeoutMs: 50 })
  gateway.answer = () => (gateway.batches.length === 1 ? { status: 0, silent: true } : undefined)
  await asked()
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
  await emptied()
  metrics(2)
  await emptied()
  expect(sent()).toEqual([1, 2])
  expect(buffer.refusals('metrics')).toBe(1)
  expect(logged).toContainEqual(expect.objectContaining({ status, code: 'no_good', detail: 'because' }))
})

test('a hundred refusals of one kind are one line in the log', async () => {
  const { gateway, metrics, emptied, buffer, logged } = await shipping()
  gateway.answer = ({ body }) =>
    body.points.length > 0 ? { status: 403, body: { code: 'host_mismatch', detail: 'x' } } : undefined
  for (let index = 0; index < 100; index += 1) {
    metrics(index)
    await emptied()
  }
  expect(buffer.refusals('metrics')).toBe(100)
  expect(logged.filter(({ code }) => code === 'host_mismatch')).toHaveLength(1)
})

test('a server that refuses every other request for now does not fill the log', async () => {
  const { gateway, metrics, emptied, logged, asked } = await shipping()
  await asked()
  gateway.answer = (_, index) => (index % 2 === 1 ? { status: 503 } : undefined)
  for (let index = 0; index < 50; index += 1) {
    metrics(index)
    await emptied()
  }
  expect(gateway.batches).toHaveLength(100)
  expect(logged).toHaveLength(2)
})

test('an unknown layout is answered with the same points and id, and the series', async () => {
  const { gateway, metrics, emptied, buffer } = await shipping()
  metrics(6)
  await emptied()
  gateway.layouts.clear()
  for (const value of [7, 8]) {
    metrics(value)
    await emptied()
  }
  const [, refused, accepted, ...others] = gateway.batches.map(({ body }) => body)
  expect(refused).toMatchObject({ layout: layoutOf(LIST.series) })
  expect(accepted).toEqual({
    batch: refused?.batch,
    host: 'web-01',
    info: HOST.info,
    labels: HOST.labels,
    series: LIST.series,
    points: refused?.points
  })
  expect(others).toMatchObject([{ layout: layoutOf(LIST.series) }])
  expect(buffer.refusals('metrics')).toBe(0)
})

test('after a 401 with the time, the token is minted by it and the same bytes go at once', async () => {
  let gone = 0
  const { gateway, metrics, emptied, clock, logged, asked } = await shipping()
  await asked()
  gateway.now = () => Date.now() + gone
  gone = 5 * HOUR // the machine slept, and its steady clock did not tell
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

test.each([3 * HOUR, -3 * HOUR])(
  'its clock is set by %i ms while it runs: tokens and times go on, no request is refused',
  async (jump) => {
    let own = 0
    const { gateway, metrics, emptied, clock, asked } = await shipping({ own: () => Date.now() + own })
    await asked()
    gateway.answer = ({ headers }) => {
      const { iat, exp } = claimsOf(headers.authorization, SECRET)
      const good = exp * 1000 > gateway.now() && iat * 1000 < gateway.now() + 60_000
      return good ? undefined : { status: 401, body: { now: gateway.now() } }
    }
    metrics(1)
    await emptied()
    own = jump
    for (const value of [2, 3]) {
      metrics(value)
      await emptied()
    }
    expect(gateway.batches).toHaveLength(3)
    for (const { body } of gateway.batches)
      expect(Math.abs((body.points[0]?.[0] ?? 0) - Date.now())).toBeLessThan(5_000)
    expect(Math.abs(clock.offset + jump)).toBeLessThan(100)
  }
)

test('a secret that the server does not know: batches are kept, told once, and sent when it does', async () => {
  const { gateway, metrics, emptied, sent, logged, buffer, asked } = await shipping()
  await asked()
  gateway.answer = () =>
    gateway.batches.length < 6
      ? { status: 401, body: { code: 'token_invalid', now: gateway.now() } }
      : undefined
  metrics(1)
  await emptied()
  expect(sent()).toEqual([1, 1, 1, 1, 1, 1])
  expect(buffer.refusals('metrics')).toBe(0)
  expect(logged.filter(({ msg }) => msg.includes('refuses the token'))).toHaveLength(1)
})

test('logs do not wait for metrics', async () => {
  const { gateway, metrics, logs, buffer, shipper } = await shipping({ timeoutMs: 200 })
  gateway.answer = ({ path, body }) =>
    path.endsWith('metrics') && body.points.length > 0 ? { status: 0, silent: true } : undefined
  metrics(1)
  logs('through')
  await vi.waitFor(() => expect(buffer.size('logs')).toBe(0), patient)
  expect(buffer.size('metrics')).toBeGreaterThan(0)
  await vi.waitFor(() => expect(shipper.healthy('metrics')).toBe(false), patient)
  expect(shipper.healthy('logs')).toBe(true)
})

test.each([2 * HOUR, -2 * HOUR])(
  'with a clock %i ms off, what was collected before the gateway told the time is moved to it',
  async (off) => {
    const { gateway, metrics, emptied, clock, shipper } = await shipping({ own: () => Date.now() + off })
    expect(shipper.healthy('logs')).toBe(false) // no line is read yet
    let refused = 0
    // The token of the first request was minted by the wrong clock, too.
    gateway.answer = ({ headers }) => {
      const { iat, exp } = claimsOf(headers.authorization, SECRET)
      if (exp * 1000 > gateway.now() && iat * 1000 < gateway.now() + 60_000) return undefined
      refused += 1
      return { status: 401, body: { code: 'token_expired', now: gateway.now() } }
    }
    for (const value of [1, 2, 3]) metrics(value)
    await emptied()
    expect(refused).toBe(1)
    expect(Math.abs(clock.offset + off)).toBeLessThan(1_000)
    expect(shipper.healthy('logs')).toBe(true)
    const times = gateway.batches.flatMap(({ body }) => body.points.map(([time]) => time))
    expect(times).toHaveLength(3)
    for (const time of times) expect(Math.abs(time - Date.now())).toBeLessThan(5_000)
  }
)

test('a clock that was set while the server was away from the start: all times are right', async () => {
  let own = -2 * HOUR // no battery; then NTP sets it
  const { gateway, metrics, emptied, frames } = await shipping({ own: () => Date.now() + own })
  let away = true
  gateway.answer = () => (away ? { status: 502 } : undefined)
  for (const value of [1, 2]) metrics(value)
  own = 0
  for (const value of [3, 4]) metrics(value)
  away = false
  await emptied()
  const times = gateway.batches.flatMap(({ body }) => body.points.map(([time]) => time))
  expect(times).toHaveLength(4)
  for (const time of times) expect(Math.abs(time - Date.now())).toBeLessThan(5_000)
  expect(Math.abs(frames.last - Date.now())).toBeLessThan(5_000)
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
  for (let index = 0; index < 200; index += 1) reachable.metrics(index)
  await reachable.shipper.stop(3_000)
  expect(reachable.sent()).toHaveLength(200)

  const away = await shipping()
  away.gateway.answer = () => ({ status: 0, silent: true })
  away.metrics(1)
  const started = performance.now()
  await away.shipper.stop(100)
  expect(performance.now() - started).toBeLessThan(2_000)
})
