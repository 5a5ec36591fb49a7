/** Live views over HTTP: what comes, what a cut connection misses, and how one ends. */
import { randomUUID } from 'node:crypto'
import http from 'node:http'
import {
  eventually,
  type Listening,
  listenLive,
  post,
  signIn,
  TEST_PASSWORD,
  type TestServer,
  testServer,
  thirdPartyToken
} from '@miniobserv/infra/testkit'
import { ingest } from '@miniobserv/ingest'
import type { FoundLine, LiveSamples } from '@miniobserv/protocol'
import { host } from '@miniobserv/service'
import { STREAMS } from '@miniobserv/stream'
import { writer } from '@miniobserv/writer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from '../src/index.ts'

let server: TestServer
let cookie: string
const open = new Set<Listening>()

beforeAll(async () => {
  server = await testServer([ingest, writer, query])
  cookie = await server.as('admin')
})
afterAll(async () => {
  for (const { close } of open) close()
  await server?.close()
})

async function look(path: string, headers: Record<string, string> = {}): Promise<Listening> {
  const listening = await listenLive(`${server.url}/api/v1/live/${path}`, { cookie, ...headers })
  open.add(listening)
  return listening
}

/** One that has begun: what is sent from now on, it hears. */
async function looking(path: string): Promise<Listening> {
  const listening = await look(path)
  await eventually(() => expect(names(listening)).toContain('reset'))
  return listening
}

const names = ({ events }: Listening): string[] => events.map(({ event }) => event)
const linesOf = ({ events }: Listening): FoundLine[] =>
  events.flatMap(({ event, data }) => (event === 'lines' ? data.lines : []))
const messages = (listening: Listening): string[] => linesOf(listening).map(({ message }) => message)

async function log(host: string, ...lines: string[]): Promise<void> {
  const body = {
    ...{ batch: randomUUID(), host },
    lines: lines.map((message) => ({ time: Date.now(), source: '/var/log/x', message }))
  }
  const { status } = await post(`${server.url}/api/v1/logs`, body, { token: thirdPartyToken(host) })
  expect(status).toBe(202)
}

const stored = (messages: string[]): Promise<void> =>
  eventually(async () => {
    for (const message of messages) {
      expect((await server.get(`/api/v1/logs?q="${message}"`)).body.lines).toHaveLength(1)
    }
  })

test('a line is heard without being asked for, in a form that a proxy passes on at once', async () => {
  const all = await looking('logs')
  expect(all.status).toBe(200)
  expect(all.headers.get('content-type')).toBe('text/event-stream')
  expect(all.headers.get('cache-control')).toContain('no-transform')
  expect(all.headers.get('content-encoding')).toBeNull()
  const some = await looking('logs?host=b&q=-quiet')
  await log('a', 'first of a')
  await log('b', 'first of b', 'quiet one', 'second of b')
  await eventually(() => expect(messages(all)).toHaveLength(4))
  await eventually(() => expect(messages(some)).toEqual(['first of b', 'second of b']))
  expect(names(some)).toEqual(['reset', 'lines'])
})

test('a connection that was cut goes on where it was', async () => {
  const first = await looking('logs?host=cut')
  await log('cut', 'before the cut')
  await eventually(() => expect(messages(first)).toEqual(['before the cut']))
  first.close()
  await log('cut', 'during the cut')
  await log('other', 'not asked for')
  await stored(['during the cut', 'not asked for'])
  const id = first.events.at(-1)?.id as string
  for (const again of [
    await look('logs?host=cut', { 'last-event-id': id }),
    await look(`logs?host=cut&after=${id}`)
  ]) {
    await log('cut', 'after the cut')
    await eventually(() => expect(messages(again).slice(0, 2)).toEqual(['during the cut', 'after the cut']))
    expect(names(again)).not.toContain('reset')
  }
})

test('where it cannot go on it says so, and what follows joins on to what is stored', async () => {
  const here = await looking('logs?host=late')
  await log('late', 'long before')
  await eventually(() => expect(messages(here)).toEqual(['long before']))
  const id = here.events.at(-1)?.id as string
  await log('late', 'just before')
  await stored(['long before', 'just before'])

  // Another copy, that nobody has looked through yet.
  const copy = await host([query], { name: 'copy', port: 0, env: server.env })
  const late = await listenLive(`${copy.url}/api/v1/live/logs?host=late`, { cookie, 'last-event-id': id })
  await eventually(() => expect(names(late)).toEqual(['reset']))
  await log('late', 'afterwards')
  await eventually(() => expect(messages(late)).toEqual(['afterwards']))
  late.close()
  await copy.close()

  // Who has seen what this one has not: the stream is another one by now.
  const ahead = await look('logs?host=late', { 'last-event-id': '9999999999999-0' })
  await eventually(() => expect(names(ahead)).toEqual(['reset', 'lines']))
  expect(messages(ahead)).toEqual(['long before', 'just before', 'afterwards'])
})

test('entries that were stored and deleted before they were read lead to a reset', async () => {
  const listening = await looking('logs?host=gap')
  const missed = 'return redis.call("XDEL", KEYS[1], redis.call("XADD", KEYS[1], "*", "body", "gone"))'
  await server.redis.redis.eval(missed, 1, STREAMS.logs)
  await eventually(() => expect(names(listening).filter((name) => name === 'reset')).toHaveLength(2))
})

test('a stream that begins anew leads to a reset, and is followed', async () => {
  const listening = await looking('logs?host=anew')
  await server.redis.redis.del(STREAMS.logs)
  await eventually(() => expect(names(listening).filter((name) => name === 'reset')).toHaveLength(2))
  await log('anew', 'goes on')
  await eventually(() => expect(messages(listening)).toContain('goes on'))
})

test('a browser that is too slow begins anew; nothing piles up for it', async () => {
  const request = http.get(`${server.url}/api/v1/live/logs?host=wide`, { headers: { cookie } })
  const answer = await new Promise<http.IncomingMessage>((resolve) => request.once('response', resolve))
  answer.pause()
  const wide = 'x'.repeat(60_000)
  const beside = await looking('logs?host=beside')
  for (let i = 0; i < 4; i++) await log('wide', ...Array.from({ length: 60 }, () => wide))
  // All who look on here hear of what came in its order: by now the other one had more than it takes.
  await log('beside', 'last')
  await eventually(() => expect(messages(beside)).toEqual(['last']))
  const reset = 'event: reset\n'
  let resets = 0
  let tail = ''
  answer.setEncoding('utf8').on('data', (piece: string) => {
    const text = tail + piece
    resets += text.split(reset).length - 1
    tail = text.slice(1 - reset.length)
  })
  answer.resume()
  await eventually(() => expect(resets).toBeGreaterThan(1))
  request.destroy()
})

test('samples come once a second, by series, the newest of each host', async () => {
  const listening = await looking('metrics?metric=m&metric=n&host=h1&host=h2&side=left')
  const now = Date.now()
  const send = async (host: string, columns: object, points: unknown[]) => {
    const { status, body } = await post(
      `${server.url}/api/v1/metrics`,
      { batch: randomUUID(), host, ...columns, points },
      { token: thirdPartyToken(host) }
    )
    expect(status).toBe(202)
    return body.layout as string
  }
  const series = [
    { name: 'm', labels: { side: 'left' }, unit: '1' },
    { name: 'm', labels: { side: 'right' } },
    { name: 'other', labels: { side: 'left' } }
  ]
  const layout = await send('h1', { series }, [
    [now, 2, 20, 200],
    [now - 10_000, 1, 10, 100]
  ])
  await send('h2', { layout }, [[now, 3, 30, 300]])
  await send('h3', { layout }, [[now, 4, 40, 400]])
  await send('h2', { layout }, [[now - 3_600_000, 5, 50, 500]])
  const heard = () =>
    listening.events.flatMap(({ event, data }) => (event === 'samples' ? (data as LiveSamples).series : []))
  await eventually(() => expect(heard().flatMap(({ values }) => values)).toHaveLength(2))
  expect(heard()[0]).toMatchObject({ metric: 'm', unit: '1', labels: { side: 'left' } })
  expect(heard().flatMap(({ values }) => values)).toEqual([
    ['h1', now, 2],
    ['h2', now, 3]
  ])
})

test('nobody looks on without a session, nor longer than it lasts', async () => {
  const path = `${server.url}/api/v1/live/logs`
  expect((await fetch(path)).status).toBe(401)
  const agent = await fetch(path, { headers: { authorization: `Bearer ${thirdPartyToken('h')}` } })
  expect(agent.status).toBe(403)
  const wrong = await fetch(`${path}?q=level:loud`, { headers: { cookie } })
  expect([wrong.status, await wrong.json()]).toMatchObject([400, { code: 'invalid_search' }])

  const short = await testServer([query], { SESSION_LIFE: '2s', ADMIN_PASSWORD: TEST_PASSWORD })
  const listening = await listenLive(`${short.url}/api/v1/live/logs`, { cookie: await signIn(short.url) })
  expect(listening.status).toBe(200)
  const began = performance.now()
  await listening.ended
  expect(performance.now() - began).toBeLessThan(10_000)
  expect(names(listening)).toEqual(['reset', 'end'])
  await short.close()
})

test('a process that stops does not wait for those who look on', async () => {
  const other = await testServer([query])
  const listening = await listenLive(`${other.url}/api/v1/live/metrics?metric=m`, {
    cookie: await other.as('admin')
  })
  await eventually(() => expect(names(listening)).toEqual(['reset']))
  const began = performance.now()
  await other.close()
  await listening.ended
  expect(performance.now() - began).toBeLessThan(2_000)
})
