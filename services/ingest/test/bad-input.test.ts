/** Whatever is wrong with a request gets its own status and code, and nothing of it is queued. */
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGzip, gzipSync, zstdCompressSync } from 'node:zlib'
import { type Answer, post, type TestServer, testServer, thirdPartyToken } from '@miniobserv/infra/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ingest } from '../src/index.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer([ingest], { MAX_SERIES: '50', MAX_POINTS: '50', MAX_LINES: '50' })
})
afterAll(() => server?.close())

const host = 'h1'
const now = Date.now()
const seconds = Math.floor(now / 1000)
const token = thirdPartyToken(host)
const series = [{ name: 'a' }, { name: 'b' }]
const good = { host, series, points: [[now, 1, 2]] }
const line = { time: now, source: '/var/log/x', message: 'm' }
const signed = (options: Parameters<typeof thirdPartyToken>[1]) => thirdPartyToken(host, options)
const points = (...points: unknown[]) => ({ host, series, points })

/** Gigabytes of zeros, and only megabytes of them on the wire. */
const bomb = (gigabytes: number): Promise<Buffer> => {
  const chunk = Buffer.alloc(1024 * 1024)
  const chunks = Readable.from(
    (function* () {
      for (let i = 0; i < gigabytes * 1024; i++) yield chunk
    })()
  )
  return buffer(chunks.pipe(createGzip({ level: 1 })))
}

const rows: [what: string, status: number, code: string, send: () => Promise<Answer>][] = [
  ['no token', 401, 'token_missing', () => metrics(good, {})],
  ['no JWT', 401, 'token_malformed', () => metrics(good, { token: 'abc' })],
  [
    'an expired token',
    401,
    'token_expired',
    () => metrics(good, { token: signed({ claims: { iat: seconds - 7200, exp: seconds - 3600 } }) })
  ],
  ['another secret', 401, 'token_signature', () => metrics(good, { token: signed({ secret: 'wrong' }) })],
  ['alg none', 401, 'token_algorithm', () => metrics(good, { token: signed({ header: { alg: 'none' } }) })],
  ['alg HS512', 401, 'token_algorithm', () => metrics(good, { token: signed({ header: { alg: 'HS512' } }) })],
  [
    'another audience',
    401,
    'token_audience',
    () => metrics(good, { token: signed({ claims: { aud: 'miniobserv:session' } }) })
  ],
  [
    'no audience',
    401,
    'token_audience',
    () => metrics(good, { token: signed({ claims: { aud: undefined } }) })
  ],
  ['no subject', 401, 'token_claims', () => metrics(good, { token: signed({ claims: { sub: undefined } }) })],
  [
    'a token of 25 h',
    401,
    'token_lifetime',
    () => metrics(good, { token: signed({ claims: { exp: seconds + 90_000 } }) })
  ],
  [
    'a token from the future',
    401,
    'token_not_yet',
    () => metrics(good, { token: signed({ claims: { iat: seconds + 600, exp: seconds + 700 } }) })
  ],
  ['the token of another host', 403, 'host_mismatch', () => metrics(good, { token: thirdPartyToken('h2') })],
  ['not JSON', 400, 'invalid_json', () => metrics('{"host": "h1", ', { token })],
  ['an empty body', 400, 'invalid_json', () => metrics('', { token })],
  ['XML', 415, 'media_type_unsupported', () => metrics('<a/>', { token, 'content-type': 'text/xml' })],
  [
    'an unknown encoding',
    415,
    'encoding_unsupported',
    () => metrics(good, { token, 'content-encoding': 'br' })
  ],
  ['no gzip', 400, 'body_corrupt', () => metrics('{}', { token, 'content-encoding': 'gzip' })],
  [
    'half a gzip',
    400,
    'body_corrupt',
    () => metrics(gzipSync(JSON.stringify(good)).subarray(0, 30), { token, 'content-encoding': 'gzip' })
  ],
  ['a body over the limit', 413, 'body_too_large', () => metrics(Buffer.alloc(5 * 1024 * 1024), { token })],
  [
    'a gzip bomb of 5 GB',
    413,
    'body_too_large',
    async () => metrics(await bomb(5), { token, 'content-encoding': 'gzip' })
  ],
  [
    'a gzip bomb below the limit',
    413,
    'unpacked_too_large',
    async () => metrics(await bomb(0.5), { token, 'content-encoding': 'gzip' })
  ],
  [
    'a zstd bomb',
    413,
    'unpacked_too_large',
    () => metrics(zstdCompressSync(Buffer.alloc(256 * 1024 * 1024)), { token, 'content-encoding': 'zstd' })
  ],
  ['no host', 422, 'invalid_body', () => metrics({ series, points: [] }, { token })],
  ['an array', 422, 'invalid_body', () => metrics([], { token })],
  ['a batch id that is no UUID', 422, 'invalid_body', () => metrics({ ...good, batch: '1' }, { token })],
  ['neither series nor layout', 422, 'invalid_body', () => metrics({ host, points: [[now]] }, { token })],
  [
    'points without series',
    422,
    'invalid_body',
    () => metrics({ host, series: [], points: [[now]] }, { token })
  ],
  [
    'U+0000 in a label',
    422,
    'invalid_body',
    () => metrics({ ...good, series: [{ name: 'a', labels: { x: '\0' } }, { name: 'b' }] }, { token })
  ],
  [
    'a series twice',
    422,
    'duplicate_series',
    () => metrics({ ...good, series: [{ name: 'a' }, { name: 'a', unit: 's' }] }, { token })
  ],
  [
    'an unknown layout',
    409,
    'unknown_layout',
    () => metrics({ host, layout: 'nobody-knows', points: [[now, 1]] }, { token })
  ],
  ['too few columns', 422, 'column_count', () => metrics(points([now, 1]), { token })],
  ['too many columns', 422, 'column_count', () => metrics(points([now, 1, 2, 3]), { token })],
  [
    'NaN',
    422,
    'invalid_value',
    () => metrics(`{"host":"${host}","series":[{"name":"a"}],"points":[[${now},NaN]]}`, { token })
  ],
  [
    'a number beyond a double',
    422,
    'invalid_value',
    () => metrics(`{"host":"${host}","series":[{"name":"a"}],"points":[[${now},1e999]]}`, { token })
  ],
  ['a text as value', 422, 'invalid_value', () => metrics(points([now, 1, '2']), { token })],
  ['a time in the future', 422, 'time_in_future', () => metrics(points([now + 700_000, 1, 2]), { token })],
  ['a time in seconds', 422, 'time_too_old', () => metrics(points([seconds, 1, 2]), { token })],
  ['a time twice', 422, 'duplicate_time', () => metrics(points([now, 1, 2], [now, 3, 4]), { token })],
  ['half a millisecond', 422, 'invalid_time', () => metrics(points([now + 0.5, 1, 2]), { token })],
  [
    'too many series',
    413,
    'too_many_series',
    () =>
      metrics(
        { host, series: Array.from({ length: 51 }, (_, i) => ({ name: `n${i}` })), points: [] },
        { token }
      )
  ],
  [
    'too many points',
    413,
    'too_many_points',
    () => metrics(points(...Array.from({ length: 51 }, (_, i) => [now - i, 1, 2])), { token })
  ],
  ['too many lines', 413, 'too_many_lines', () => logs({ host, lines: Array(51).fill(line) }, { token })],
  [
    'a line over the limit',
    413,
    'line_too_long',
    () => logs({ host, lines: [{ ...line, message: 'ä'.repeat(40_000) }] }, { token })
  ],
  [
    'an unknown level',
    422,
    'invalid_body',
    () => logs({ host, lines: [{ ...line, level: 'loud' }] }, { token })
  ],
  [
    'a line without a message',
    422,
    'invalid_body',
    () => logs({ host, lines: [{ time: now, source: 'x' }] }, { token })
  ],
  [
    'a line of tomorrow',
    422,
    'time_in_future',
    () => logs({ host, lines: [{ ...line, time: now + 86_400_000 }] }, { token })
  ],
  [
    'attributes nested 30 deep',
    422,
    'invalid_body',
    () =>
      logs(
        `{"host":"${host}","lines":[{"time":${now},"source":"x","message":"m","attributes":${'{"a":'.repeat(30)}1${'}'.repeat(30)}}]}`,
        { token }
      )
  ]
]

const metrics = (body: unknown, headers: Record<string, string>) =>
  post(`${server.url}/api/v1/metrics`, body, headers)
const logs = (body: unknown, headers: Record<string, string>) =>
  post(`${server.url}/api/v1/logs`, body, headers)

describe('bad input', () => {
  test.each(rows)('%s: %i %s', { timeout: 60_000 }, async (_, status, code, send) => {
    const answer = await send()
    expect(answer.body).toMatchObject({
      status,
      code,
      type: 'about:blank',
      detail: expect.stringMatching(/.{10}/)
    })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    if (status === 401 || code === 'time_in_future') expect(answer.body.now).toBeGreaterThanOrEqual(now)
    expect(await server.redis.redis.keys('*')).toEqual([])
  })

  test('the path says where in the body', async () => {
    const path = async (body: unknown) => (await metrics(body, { token })).body.path
    expect(await path(points([now, 1, 2], [now + 1, 1, 'x']))).toBe('/points/1/2')
    expect(await path(points([now, 1, 2], [now + 1, 1]))).toBe('/points/1')
    expect(await path({ ...good, series: [{ name: 'a' }, {}] })).toBe('/series/1/name')
    expect(
      await path(`{"host":"${host}","series":[{"name":"a"}],"points":[[${now},1],[${now + 1},-Infinity]]}`)
    ).toBe('/points/1/1')
  })
})
