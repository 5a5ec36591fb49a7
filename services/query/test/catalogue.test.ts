/** What there is to ask for: names, labels, series of hosts; and what each host measured last. */
import { ensurePartitions } from '@miniobserv/db'
import { type TestServer, testServer } from '@miniobserv/infra/testkit'
import type { Labels } from '@miniobserv/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { query } from '../src/index.ts'

const now = Date.now()
const [MINUTE, HOUR] = [60_000, 3_600_000]
let server: TestServer

beforeAll(async () => {
  server = await testServer([query])
  const { pool } = server.db
  await ensurePartitions(pool, ['frames', 'frames_1h'], [now - 30 * HOUR, now - 12 * HOUR, now])
  await pool.query(
    `insert into hosts (name, first_seen, last_seen)
     values ('a', now(), now()), ('b', now(), now()), ('gone', now(), now() - interval '1 hour')`
  )
  await pool.query(
    `insert into series (name, labels, unit) values
       ('cpu', '{"mode":"user"}', '1'), ('cpu', '{"mode":"system"}', '1'), ('disk', '{"device":"sda"}', 'By'),
       ('disk', '{"device":"sdb","mode":"user"}', 'By'), ('di%k', '{}', '')`
  )
  await pool.query(`insert into layouts (hash, series_ids) values ('l', '{1,2,3}'), ('k', '{4,2}')`)
  const frame = (age: number, host: number, layout: number, values: (number | null)[]) =>
    pool.query('insert into frames values ($1, $2, $3, $4)', [new Date(now - age), host, layout, values])
  await frame(30_000, 1, 1, [1, 2, 3])
  await frame(20_000, 1, 1, [11, null, 13])
  await frame(10_000, 1, 2, [0.1 + 0.2, null])
  await frame(4 * MINUTE, 2, 1, [5, 6, null])
  await frame(20 * MINUTE, 2, 2, [7, 8])
  await frame(HOUR, 3, 1, [9, 9, 9])
  await pool.query(`insert into frames_1h values ($1, 3, 2, '{1,1}', '{1,1}', '{1,1}', '{1,1}')`, [
    new Date(Math.floor(now / HOUR) * HOUR - 12 * HOUR)
  ])
})
afterAll(() => server?.close())

const get = async (path: string) => {
  const { status, body } = await server.get(`/api/v1/${path}`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

describe('the catalogue', () => {
  test('metrics by name, page by page, and by a part of the name', async () => {
    const first = await get('metrics?limit=2')
    expect(first.metrics).toEqual([
      { name: 'cpu', unit: '1', series: 2, labels: ['mode'] },
      { name: 'di%k', unit: '', series: 1, labels: [] }
    ])
    expect(await get(`metrics?limit=2&cursor=${first.next}`)).toEqual({
      metrics: [{ name: 'disk', unit: 'By', series: 2, labels: ['device', 'mode'] }],
      next: null
    })
    expect((await get('metrics?q=ISK')).metrics).toHaveLength(1)
    expect((await get('metrics?q=%25')).metrics).toMatchObject([{ name: 'di%k' }])
    expect((await get('metrics?q=nothing')).metrics).toEqual([])
  })

  test("a metric's labels and their values, narrowed by others", async () => {
    expect((await get('labels?metric=cpu')).labels).toEqual([
      { name: 'mode', values: ['system', 'user'], count: 2 }
    ])
    expect((await get('labels?metric=disk&mode=user')).labels).toEqual([
      { name: 'device', values: ['sdb'], count: 1 },
      { name: 'mode', values: ['user'], count: 1 }
    ])
    expect((await get('labels?metric=cpu&limit=1')).labels).toEqual([
      { name: 'mode', values: ['system'], count: 2 }
    ])
    expect((await get('labels?metric=nobody')).labels).toEqual([])
  })

  test('series by label and by a part of the name', async () => {
    const series = async (parameters: string) =>
      (await get(`series?${parameters}`)).series.map(
        ({ name, labels }: { name: string; labels: object }) => `${name} ${Object.values(labels).sort()}`
      )
    expect(await series('mode=user')).toEqual(['cpu user', 'disk sdb,user'])
    expect(await series('mode=user&mode=system&q=cp')).toEqual(['cpu user', 'cpu system'])
    expect(await series('q=k&metric=cpu')).toEqual([])
    expect(await series('device=sda&mode=user')).toEqual([])
  })

  test("a host's series are those of its last day, from hours too", async () => {
    await server.db.pool.query(
      `update rollup_progress set done_until = date_trunc('hour', now()) - interval '2 hours'`
    )
    const devices = async (host: string) =>
      (await get(`series?metric=disk&host=${host}`)).series.map(
        ({ labels }: { labels: { device: string } }) => labels.device
      )
    expect(await devices('gone')).toEqual(['sda', 'sdb'])
    expect(await devices('b')).toEqual(['sda', 'sdb'])
    expect(await devices('nobody')).toEqual([])
  })
})

describe('latest values', () => {
  const latest = async (parameters: string) =>
    (await get(`latest?${parameters}`)).values.map(
      ({ host, labels, time, value }: { host: string; labels: Labels; time: number; value: number }) =>
        [host, labels.device ?? labels.mode, now - time, value] as const
    )

  test('the newest of each host and series, whichever layout it came in', async () => {
    expect(await latest('metric=cpu&metric=disk')).toEqual([
      ['a', 'user', 20_000, 11],
      ['a', 'system', 30_000, 2],
      ['a', 'sda', 20_000, 13],
      ['a', 'sdb', 10_000, 0.1 + 0.2],
      ['b', 'user', 4 * MINUTE, 5],
      ['b', 'system', 4 * MINUTE, 6]
    ])
  })

  test('narrowed by host, label and age', async () => {
    expect(await latest('metric=cpu&host=b&mode=system')).toEqual([['b', 'system', 4 * MINUTE, 6]])
    expect(await latest('metric=cpu&within=1m&mode=user')).toEqual([['a', 'user', 20_000, 11]])
    expect(await latest('metric=disk&host=b&within=30m')).toEqual([['b', 'sdb', 20 * MINUTE, 7]])
    expect(await latest('metric=cpu&host=gone')).toEqual([])
    expect(await latest('metric=nobody')).toEqual([])
    expect((await server.get('/api/v1/latest?metric=cpu&within=2h')).body.code).toBe('invalid_duration')
  })
})

test('several metrics in one answer', async () => {
  const { unit, series } = await get(
    `query?metric=disk&metric=cpu&host=a&by=mode&from=${now - MINUTE}&to=${now}&step=1h`
  )
  expect(unit).toBe('By')
  expect(series.map(({ metric, unit, labels }: Record<string, unknown>) => [metric, unit, labels])).toEqual([
    ['disk', 'By', {}],
    ['disk', 'By', { mode: 'user' }],
    ['cpu', '1', { mode: 'system' }],
    ['cpu', '1', { mode: 'user' }]
  ])
})
