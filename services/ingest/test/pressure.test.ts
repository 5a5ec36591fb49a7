/** The gateway under pressure: says no early, says when to come back, and recovers by itself. */
import net from 'node:net'
import { eventually, post, type TestServer, testServer, thirdPartyToken } from '@miniobserv/infra/testkit'
import { host as hostServices } from '@miniobserv/service'
import { STREAMS } from '@miniobserv/stream'
import { afterEach, expect, test } from 'vitest'
import { ingest } from '../src/index.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

const token = thirdPartyToken('h')
const send = (url: string, time = Date.now()) =>
  post(`${url}/api/v1/metrics`, { host: 'h', series: [{ name: 'a' }], points: [[time, 1]] }, { token })

async function start(env: Record<string, string>): Promise<TestServer> {
  const server = await testServer([ingest], env)
  open.push(() => server.close())
  return server
}

test('over the limit of the backlog it refuses, and takes batches again once writers have caught up', async () => {
  const { url, redis } = await start({ MAX_BACKLOG: '10' })
  await eventually(async () => expect((await send(url)).status).toBe(503))
  const refused = await send(url)
  expect(refused.body).toMatchObject({ code: 'backlog_full', status: 503 })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  const held = await redis.redis.xlen(STREAMS.metrics)
  expect(held).toBeGreaterThan(10)
  await redis.redis.xtrim(STREAMS.metrics, 'MAXLEN', 0)
  await eventually(async () => expect((await send(url)).status).toBe(202))
})

test('a refusal costs no body: it comes while the body is still on its way', async () => {
  const { url } = await start({ MAX_BACKLOG: '1' })
  await eventually(async () => expect((await send(url)).status).toBe(503))
  const { hostname, port } = new URL(url)
  const socket = net.connect(Number(port), hostname)
  socket.write(
    `POST /api/v1/metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{'
  )
  const [answer] = await new Promise<string[]>((resolve, reject) => {
    socket.once('data', (data) => resolve([String(data)]))
    socket.once('error', reject)
  })
  socket.destroy()
  expect(answer).toMatch(/^HTTP\/1\.1 503/)
})

test('over the limit of Redis memory it refuses', async () => {
  const { url } = await start({ MAX_REDIS_MEMORY: '1KiB' })
  await eventually(async () => expect((await send(url)).body.code).toBe('backlog_full'))
})

test('one host that sends too much is told so, and no other one', async () => {
  const { url } = await start({ HOST_RATE: '5' })
  const statuses: number[] = []
  for (let i = 0; i < 8; i++) statuses.push((await send(url)).status)
  expect(statuses).toEqual([202, 202, 202, 202, 202, 429, 429, 429])
  const refused = await send(url)
  expect(refused.body).toMatchObject({ code: 'too_many_requests' })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  const other = { host: 'other', series: [], points: [] }
  const answer = await post(`${url}/api/v1/metrics`, other, { token: thirdPartyToken('other') })
  expect(answer.status).toBe(202)
})

/** A wire to Redis that can be cut, or go silent. */
async function wireTo(target: string) {
  const { hostname, port } = new URL(target)
  const sockets = new Set<net.Socket>()
  const server = net.createServer((inward) => {
    const outward = net.connect(Number(port), hostname)
    for (const [from, to] of [
      [inward, outward],
      [outward, inward]
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy()).on('close', () => sockets.delete(from))
      from.pipe(to)
    }
  })
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
  await listen(0)
  const { port: own } = server.address() as net.AddressInfo
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return {
    url: Object.assign(new URL(target), { host: `127.0.0.1:${own}` }).href,
    cut,
    mend: () => listen(own),
    silence: () => {
      for (const socket of sockets) socket.unpipe().pause()
    }
  }
}

test('Redis away: 503 at once, never a hang; back again: 202', async () => {
  const server = await start({})
  const wire = await wireTo(server.redis.url)
  open.push(() => wire.cut().catch(() => undefined))
  const gateway = await hostServices([ingest], {
    name: 'wired',
    port: 0,
    env: { ...server.env, REDIS_URL: wire.url }
  })
  open.push(() => gateway.close())
  expect((await send(gateway.url)).status).toBe(202)

  await wire.cut()
  const answer = await send(gateway.url)
  expect(answer.body).toMatchObject({ status: 503, code: 'stream_unavailable' })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${gateway.url}/livez`)).status).toBe(200)
  await wire.mend()
  await eventually(async () => expect((await send(gateway.url)).status).toBe(202))

  wire.silence()
  const silent = await send(gateway.url)
  expect(silent.body).toMatchObject({ status: 503, code: 'stream_unavailable' })
})

test('a gateway that drains says so before it stops taking requests', async () => {
  const server = await start({})
  const gateway = await hostServices([ingest], {
    name: 'draining',
    port: 0,
    env: { ...server.env, DRAIN: '400ms' }
  })
  const closed = gateway.close()
  await eventually(async () => expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503))
  expect((await send(gateway.url)).status).toBe(202)
  await closed
  await expect(send(gateway.url)).rejects.toThrow()
})
