/** Time buckets over real frames: each aggregate, what by keeps, filters, gaps, ranges and their errors. */
import { randomUUID } from 'node:crypto'
import { eventually, post, type TestServer, testServer, thirdPartyToken } from '@miniobserv/infra/testkit'
import { ingest } from '@miniobserv/ingest'
import { writer } from '@miniobserv/writer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { query } from '../src/index.ts'

let server: TestServer
/** The start of a minute some minutes ago, so that buckets of a minute are known. */
const start = Math.floor(Date.now() / 60_000) * 60_000 - 600_000
const cpu = (mode: string) => ({ name: 'system.cpu.utilization', labels: { 'cpu.mode': mode }, unit: '1' })

beforeAll(async () => {
  server = await testServer([ingest, writer, query], { UPKEEP_INTERVAL: '1h' })
  // Ten-second samples over three minutes, without the second minute; two layouts, as after a device came.
  const send = (host: string, series: unknown[], points: unknown[]) =>
    post(
      `${server.url}/api/v1/metrics`,
      { batch: randomUUID(), host, series, points },
      { token: thirdPartyToken(host) }
    )
  for (const [host, offset] of [
    ['a', 0],
    ['b', 100]
  ] as const) {
    const points = (from: number) =>
      [0, 1, 2, 3, 4, 5].map((i) => [start + from + i * 10_000, offset + i, i === 3 ? null : offset + 10 * i])
    await send(host, [cpu('user'), cpu('system')], points(0))
    const later = points(120_000).map(([time, ...values]) => [time, 7, ...values])
    await send(host, [{ name: 'other' }, cpu('user'), cpu('system')], later)
  }
  await eventually(async () => {
    const { rows } = await server.db.pool.query('select count(*) from frames')
    expect(rows[0].count).toBe(24)
  })
})
afterAll(() => server?.close())

const ask = async (parameters: string) => {
  const { status, body } = await server.get(`/api/v1/query?metric=system.cpu.utilization&${parameters}`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}
const range = `from=${start}&to=${start + 180_000}&step=60s`

describe('query', () => {
  test('without by: a line for each host and label set, gaps are null', async () => {
    const { step, resolution, unit, series } = await ask(range)
    expect({ step, resolution, unit }).toEqual({ step: 60_000, resolution: 'raw', unit: '1' })
    expect(series.map(({ host, labels }: { host: string; labels: object }) => [host, labels])).toEqual([
      ['a', { 'cpu.mode': 'system' }],
      ['a', { 'cpu.mode': 'user' }],
      ['b', { 'cpu.mode': 'system' }],
      ['b', { 'cpu.mode': 'user' }]
    ])
    expect(series[1].points).toEqual([
      [start, 2.5],
      [start + 60_000, null],
      [start + 120_000, 2.5]
    ])
  })

  test.each([
    ['avg', (0 + 10 + 20 + 40 + 50) / 5],
    ['min', 0],
    ['max', 50],
    ['sum', 120],
    ['last', 50],
    ['count', 5]
  ])('agg=%s skips what is missing: %d', async (agg, value) => {
    const { series } = await ask(`${range}&host=a&cpu.mode=system&agg=${agg}`)
    expect(series).toHaveLength(1)
    expect(series[0].points[0]).toEqual([start, value])
  })

  test('by keeps what it names and puts the rest together', async () => {
    const sum = async (by: string) =>
      (await ask(`${range}&agg=sum&by=${by}`)).series.map(
        ({ host, labels, points }: { host?: string; labels: object; points: number[][] }) => [
          host,
          labels,
          points[0]?.[1]
        ]
      )
    expect(await sum('host')).toEqual([
      ['a', {}, 15 + 120],
      ['b', {}, 615 + 620]
    ])
    expect(await sum('cpu.mode')).toEqual([
      [undefined, { 'cpu.mode': 'system' }, 120 + 620],
      [undefined, { 'cpu.mode': 'user' }, 15 + 615]
    ])
    expect(await sum('host,cpu.mode')).toHaveLength(4)
    expect(await sum('nothing-has-this')).toEqual([[undefined, {}, 15 + 120 + 615 + 620]])
  })

  test('hosts and labels filter, several of them too', async () => {
    const hosts = async (parameters: string) =>
      (await ask(`${range}&${parameters}`)).series.map(({ host }: { host: string }) => host)
    expect(await hosts('host=b&cpu.mode=user')).toEqual(['b'])
    expect(await hosts('host=a&host=b&cpu.mode=user')).toEqual(['a', 'b'])
    expect(await hosts('host=a&cpu.mode=user&cpu.mode=system')).toEqual(['a', 'a'])
    expect(await hosts('host=nobody')).toEqual([])
    expect(await hosts('cpu.mode=nothing')).toEqual([])
  })

  test('from is in, to is not; RFC 3339 and relative times', async () => {
    const count = async (from: string, to: string) => {
      const { series } = await ask(`from=${from}&to=${to}&step=1h&agg=count&host=a&cpu.mode=user`)
      return series
        .flatMap(({ points }: { points: number[][] }) => points.map(([, n]) => n))
        .reduce((a: number, b: number) => a + b, 0)
    }
    expect(await count(`${start}`, `${start + 10_000}`)).toBe(1)
    expect(await count(new Date(start).toISOString(), new Date(start + 10_001).toISOString())).toBe(2)
    const zoned = new Date(start + 3_600_000).toISOString().replace('Z', '+01:00')
    expect(await count(encodeURIComponent(zoned), `${start + 10_000}`)).toBe(1)
    expect(await count(zoned, `${start + 10_000}`)).toBe(1) // a plus sign that nobody escaped
    expect(await count('-1h', 'now')).toBe(12)
  })

  test('an unknown metric is an empty answer', async () => {
    expect((await server.get('/api/v1/query?metric=nobody')).body).toMatchObject({ unit: '', series: [] })
  })

  test.each([
    ['metric=x&from=yesterday', 'invalid_time', 'from'],
    ['metric=x&from=-1x', 'invalid_time', 'from'],
    ['metric=x&to=2026-13-01T00:00:00Z', 'invalid_time', 'to'],
    ['metric=x&from=-1h&to=-2h', 'invalid_range', 'from'],
    ['metric=x&step=0s', 'invalid_step', 'step'],
    ['metric=x&step=soon', 'invalid_step', 'step'],
    ['metric=x&from=-30d&step=1s', 'too_many_buckets', 'step'],
    ['metric=x&agg=p98', 'invalid_request', 'querystring/agg'],
    ['from=-1h', 'invalid_request', 'querystring']
  ])('%s is refused: %s', async (parameters, code, path) => {
    const { status, body } = await server.get(`/api/v1/query?${parameters}`)
    expect({ status, ...body }).toMatchObject({ status: 400, code, path })
  })

  test('who names none of what there is to choose from is told what there is', async () => {
    const { body } = await server.get('/api/v1/query?metric=x&agg=median')
    expect(body.detail).toMatch(/agg must be one of avg, min, max, .*p99/)
  })
})

describe('hosts and series', () => {
  test('hosts are up while they send, and come page by page', async () => {
    const first = (await server.get('/api/v1/hosts?limit=1')).body
    expect(first.hosts).toMatchObject([
      {
        name: 'a',
        status: 'up',
        firstSeen: expect.any(Number),
        clockOffset: null,
        twinsSeen: null,
        labels: {},
        info: {}
      }
    ])
    const second = (await server.get(`/api/v1/hosts?limit=1&cursor=${first.next}`)).body
    expect(second).toMatchObject({ hosts: [{ name: 'b' }], next: null })
    await server.db.pool.query("update hosts set last_seen = now() - interval '31 s' where name = 'a'")
    const found = (await server.get('/api/v1/hosts?q=A')).body
    expect(found.hosts).toMatchObject([{ name: 'a', status: 'down' }])
    expect((await server.get('/api/v1/hosts?q=%25')).body.hosts).toEqual([])
  })

  test('series by metric and host, page by page', async () => {
    const { body } = await server.get('/api/v1/series?metric=system.cpu.utilization')
    expect(body.series.map(({ labels }: { labels: object }) => labels)).toEqual([
      { 'cpu.mode': 'system' },
      { 'cpu.mode': 'user' }
    ])
    const first = (await server.get('/api/v1/series?host=a&limit=2')).body
    const second = (await server.get(`/api/v1/series?host=a&limit=2&cursor=${first.next}`)).body
    expect([...first.series, ...second.series].map(({ name }) => name)).toEqual([
      'other',
      cpu('').name,
      cpu('').name
    ])
    expect((await server.get('/api/v1/series?host=nobody')).body.series).toEqual([])
    expect((await server.get('/api/v1/series?cursor=abc')).body.code).toBe('invalid_cursor')
  })
})
