/** The committed Caddyfile at work: requests go where they belong, and copies of the gateway come and go unnoticed. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { alerter } from '@miniobserv/alerter'
import { ingest } from '@miniobserv/ingest'
import { query } from '@miniobserv/query'
import { decodeEntries, STREAMS } from '@miniobserv/stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Caddy,
  caddyProgram,
  eventually,
  freePort,
  listenLive,
  type Program,
  post,
  runProgram,
  startCaddy,
  TEST_SECRET,
  type TestRedis,
  type TestServer,
  testRedis,
  testServer,
  thirdPartyToken
} from '../../testkit/index.ts'

const program = caddyProgram(process.env.PATH) ?? ''
if (program === '') console.log('There is no Caddy here and none from apt: its tests are skipped.')

describe.skipIf(program === '')('routes', () => {
  const NAMES = ['ingest', 'query', 'alerter', 'web']
  const EVENTS = '/api/v1/live/logs?q=x'
  const OWNERS = [ingest, query, alerter]
  const stubs: http.Server[] = []
  let caddy: Caddy
  let owners: TestServer[] = []

  beforeAll(async () => {
    const env: Record<string, string> = {}
    for (const name of NAMES) {
      const stub = http.createServer((request, response) => {
        request.resume().on('end', () => {
          if (request.url === EVENTS) {
            response
              .writeHead(200, { 'content-type': 'text/event-stream' })
              .write('event: reset\ndata: {}\n\n')
            return
          }
          response.end(`${name} ${request.method} ${request.url} from ${request.headers['x-forwarded-for']}`)
        })
      })
      await once(stub.listen(0, '127.0.0.1'), 'listening')
      stubs.push(stub)
      env[`${name.toUpperCase()}_UPSTREAMS`] = `127.0.0.1:${(stub.address() as AddressInfo).port}`
    }
    caddy = await startCaddy(program, env)
    owners = await Promise.all(OWNERS.map((service) => testServer([service])))
  })
  afterAll(async () => {
    await caddy?.stop()
    await Promise.all(owners.map((owner) => owner.close()))
    for (const stub of stubs) {
      stub.closeAllConnections()
      stub.close()
    }
  })

  test.each([
    ['ingest', ['POST /api/v1/metrics', 'POST /api/v1/logs']],
    ['query', ['GET /api/v1/hosts', 'GET /api/v1/series?metric=a', 'GET /api/v1/query?a=1&b=%2F']],
    ['query', ['GET /api/v1/logs', 'GET /api/v1/metrics', 'GET /api/v1/live/logs', 'GET /api/docs/json']],
    ['query', ['POST /api/v1/session', 'DELETE /api/v1/tokens/1']],
    ['alerter', ['GET /api/v1/rules', 'PUT /api/v1/rules/1', 'GET /api/v1/alerts', 'POST /api/v1/silences']],
    [
      'alerter',
      ['POST /api/v1/channels/1/test', 'GET /api/v1/notifications', 'GET /jobs', 'GET /jobs/api/queues']
    ],
    ['web', ['GET /', 'GET /assets/index.js', 'GET /jobsite', 'GET /host/web-01']]
  ])('%s answers %j', async (name, requests) => {
    for (const request of requests) {
      const [method = '', path = ''] = request.split(' ')
      const answer = await fetch(caddy.url + path, {
        method,
        ...(method === 'GET' ? {} : { body: '{}' }),
        // Whoever claims to be somebody else is not believed.
        headers: { 'x-forwarded-for': '203.0.113.1' }
      })
      expect(await answer.text()).toBe(`${name} ${request} from 127.0.0.1`)
    }
  })

  test('every route that a service documents leads to it', async () => {
    for (const [i, name] of ['ingest', 'query', 'alerter'].entries()) {
      const { body } = await (owners[i] as TestServer).get('/api/docs/json')
      const paths = Object.entries(body.paths as Record<string, object>)
      expect(paths.length, name).toBeGreaterThan(1)
      for (const [path, methods] of paths) {
        for (const method of Object.keys(methods).map((method) => method.toUpperCase())) {
          const answer = await fetch(caddy.url + path.replace(/\{\w+\}/g, '7'), { method })
          expect(await answer.text(), path).toMatch(new RegExp(`^${name} ${method} `))
        }
      }
    }
  })

  test("each service's own documents are there, with what they load", async () => {
    for (const name of ['ingest', 'alerter']) {
      for (const file of ['', 'json', 'static/index.css']) {
        const answer = await fetch(`${caddy.url}/api/docs/${name}/${file}`)
        expect(await answer.text()).toBe(`${name} GET /api/docs/${file} from 127.0.0.1`)
      }
    }
  })

  test('events of a live view are passed on at once, though the answer never ends', async () => {
    const live = await listenLive(caddy.url + EVENTS, {})
    await eventually(() => expect(live.events).toMatchObject([{ event: 'reset' }]))
    live.close()
  })
})

describe.skipIf(program === '')('three gateways', () => {
  interface Gateway {
    url: string
    program: Program
  }
  const token = thirdPartyToken('web-01')
  const gateways: Gateway[] = []
  let redis: TestRedis
  let caddy: Caddy

  async function start(port: number): Promise<Gateway> {
    const url = `http://127.0.0.1:${port}`
    const program = runProgram('services/ingest/src/main.ts', {
      PORT: String(port),
      REDIS_URL: redis.url,
      AGENT_TOKEN: TEST_SECRET,
      HOST_RATE: '1000000',
      DRAIN: '2s',
      LOG_LEVEL: 'error'
    })
    await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), { within: 30_000 })
    return { url, program }
  }

  const send = (batch: string) => {
    const body = { batch, host: 'web-01', series: [{ name: 'a' }], points: [[Date.now(), 1]] }
    return post(`${caddy.url}/api/v1/metrics`, body, { token })
  }

  /** As every sender does: the same batch again until it is taken. @returns answers that were not 202 */
  async function deliver(batch: string) {
    const refusals: Awaited<ReturnType<typeof send>>[] = []
    for (;;) {
      const answer = await send(batch)
      if (answer.status === 202) return refusals
      refusals.push(answer)
      await sleep(20)
    }
  }

  /** How many batches a gateway has taken so far. */
  async function taken({ url }: Gateway): Promise<number> {
    const text = await (await fetch(`${url}/metrics`)).text()
    return Number(/^miniobserv_ingest_samples_total(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? 0)
  }

  beforeAll(async () => {
    redis = await testRedis()
    const ports = await Promise.all([freePort(), freePort(), freePort()])
    gateways.push(...(await Promise.all(ports.map(start))))
    caddy = await startCaddy(program, {
      INGEST_UPSTREAMS: ports.map((port) => `127.0.0.1:${port}`).join(' ')
    })
  })
  afterAll(async () => {
    await caddy?.stop()
    for (const { program } of gateways) program.process.kill('SIGKILL')
    await redis?.close()
  })

  test('all of them get work', async () => {
    await eventually(async () => {
      expect(await deliver(randomUUID())).toEqual([])
      for (const gateway of gateways) expect(await taken(gateway)).toBeGreaterThan(0)
    })
  })

  test('one is killed under load: a few requests are told to come back, and no batch is missing', async () => {
    const SENDERS = 4
    const [victim] = gateways as [Gateway]
    const batches: string[] = []
    const refusals: Awaited<ReturnType<typeof send>>[] = []
    let until = Number.POSITIVE_INFINITY
    const senders = Array.from({ length: SENDERS }, async () => {
      while (performance.now() < until) {
        const batch = randomUUID()
        batches.push(batch)
        refusals.push(...(await deliver(batch)))
      }
    })
    await eventually(() => expect(batches.length).toBeGreaterThan(40))
    victim.program.process.kill('SIGKILL')
    until = performance.now() + 2_000
    await Promise.all(senders)

    // What was under way, and what met the closed port before it was noticed: once for each sender.
    expect(refusals.length).toBeLessThanOrEqual(2 * SENDERS)
    for (const { status, headers, body } of refusals) {
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'unavailable' })
      expect(headers.get('retry-after')).toBe('1')
    }
    const entries = await redis.redis.xrangeBuffer(STREAMS.metrics, '-', '+')
    const stored = new Set(entries.flatMap(([, fields]) => decodeEntries(fields)).map(({ batch }) => batch))
    expect(batches.filter((batch) => !stored.has(batch))).toEqual([])
  })

  test('started again, it gets work again', async () => {
    const [victim] = gateways as [Gateway]
    gateways[0] = await start(Number(new URL(victim.url).port))
    await eventually(async () => {
      await deliver(randomUUID())
      expect(await taken(gateways[0] as Gateway)).toBeGreaterThan(0)
    })
  })

  test('one that is asked to stop gets nothing new, and nobody is refused', async () => {
    const [, leaving] = gateways as [Gateway, Gateway]
    const stopped = leaving.program.stop()
    await eventually(async () => expect((await fetch(`${leaving.url}/readyz`)).status).toBe(503))
    await eventually(async () => {
      const before = await taken(leaving)
      for (let i = 0; i < 20; i++) expect(await deliver(randomUUID())).toEqual([])
      expect(await taken(leaving)).toBe(before)
    })
    expect(await stopped).toBe(0)
    for (let i = 0; i < 20; i++) expect(await deliver(randomUUID())).toEqual([])
  })

  test('with none left, senders are told at once to come back', async () => {
    for (const { program } of gateways) program.process.kill('SIGKILL')
    await eventually(async () => {
      const start = performance.now()
      const answer = await send(randomUUID())
      expect(answer.status).toBe(503)
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      expect(performance.now() - start).toBeLessThan(500)
    })
  })
})
