/** A batch from a sender that we did not write: accepted, stored once, and read back to the digit. */
import { randomUUID } from 'node:crypto'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { ingest } from '@miniobserv/ingest'
import { query } from '@miniobserv/query'
import { writer } from '@miniobserv/writer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, post, type TestServer, testServer, thirdPartyToken } from '../../testkit/index.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer([ingest, writer, query])
})
afterAll(() => server?.close())

const host = 'third-party'
const values = [
  0.1 + 0.2,
  1 / 3,
  5e-324,
  1.7976931348623157e308,
  -0.000123456789012345,
  123456789012345680,
  42
]
const series = values.map((_, i) => ({ name: 'test.value', labels: { i: String(i) }, unit: '1' }))

test('the same batch posted five times is stored once, and every digit comes back', async () => {
  const time = Date.now() - 5_000
  const batch = { batch: randomUUID(), host, series, points: [[time, ...values]] }
  const body = JSON.stringify(batch)
  const token = thirdPartyToken(host)
  const sent = [
    await post(`${server.url}/api/v1/metrics`, body, { token }),
    await post(`${server.url}/api/v1/metrics`, gzipSync(body), { token, 'content-encoding': 'gzip' }),
    await post(`${server.url}/api/v1/metrics`, zstdCompressSync(body), { token, 'content-encoding': 'zstd' }),
    await post(`${server.url}/api/v1/metrics`, body, { token }),
    await post(`${server.url}/api/v1/metrics`, body, { token: thirdPartyToken(host) })
  ]
  for (const { status, body } of sent) {
    expect(status).toBe(202)
    expect(body).toEqual({ accepted: values.length, layout: expect.any(String), now: expect.any(Number) })
  }
  const reference = {
    batch: randomUUID(),
    host,
    layout: sent[0]?.body.layout,
    points: [[time + 1000, ...values]]
  }
  expect((await post(`${server.url}/api/v1/metrics`, reference, { token })).status).toBe(202)

  await eventually(async () => {
    const { rows } = await server.db.pool.query('select count(*) as frames from frames')
    expect(rows[0].frames).toBe(2)
  })
  const { body: answer, status } = await server.get(
    `/api/v1/query?metric=test.value&host=${host}&from=${time}&to=${time + 1}&step=1ms&agg=last`
  )
  expect(status, JSON.stringify(answer)).toBe(200)
  const read = new Map(
    answer.series.map(({ labels, points }: { labels: { i: string }; points: number[][] }) => [
      labels.i,
      points
    ])
  )
  for (const [i, value] of values.entries()) expect(read.get(String(i))).toEqual([[time, value]])

  const counted = await server.get(`/api/v1/query?metric=test.value&from=${time}&step=1s&agg=count&by=i`)
  expect(counted.body.series).toHaveLength(values.length)
  for (const { points } of counted.body.series) {
    expect(points.map(([, count]: number[]) => count)).toEqual([1, 1])
  }
})
