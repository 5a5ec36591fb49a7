/** The sender on its own queue: in order, again after failures, when the channel says so, and once from two copies. */
import { transaction } from '@miniobserv/db'
import {
  eventually,
  freePort,
  type Recorder,
  startRecorder,
  type TestServer,
  testServer
} from '@miniobserv/infra/testkit'
import type { ChannelConfig, Notification } from '@miniobserv/protocol'
import { type Hosted, host } from '@miniobserv/service'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { alerter } from '../src/index.ts'
import { backoff } from '../src/notify/drain.ts'
import type { Message } from '../src/notify/message.ts'
import { writeNotifications } from '../src/notify/outbox.ts'

let server: TestServer
let other: Hosted
let channel: Recorder
let cookie: string
beforeAll(async () => {
  server = await testServer([alerter], { ALERT_INTERVAL: '250ms' })
  other = await host([alerter], { name: 'other', port: 0, env: server.env })
  channel = await startRecorder()
  cookie = await server.as('admin')
})
afterAll(async () => {
  await other?.close()
  await server?.close()
  await channel?.close()
})
beforeEach(() => {
  channel.requests.length = 0
  channel.answer(() => undefined)
})
afterEach(async () => {
  await server.db.pool.query('delete from notifications; delete from channels')
})

const ask = async (method: string, path: string, body?: unknown) => {
  const answer = await fetch(server.url + path, {
    method,
    headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) })
  })
  const text = await answer.text()
  return text && JSON.parse(text)
}
const make = async (name: string, config: Partial<ChannelConfig> = {}): Promise<number> => {
  const url = `${channel.url}/${name}`
  return (await ask('POST', '/api/v1/channels', { name, config: { kind: 'webhook', url, ...config } })).id
}
const message = (rule: string, kind: Message['kind'] = 'firing', at = Date.now()): Message => ({
  ...{ kind, at },
  rule: { id: rule.length, name: rule, severity: 'critical', note: '', labels: {} },
  alerts: [{ host: 'web-01', labels: {}, value: 1, summary: 'nothing came from it', since: at }]
})
const tell = (...messages: Message[]) =>
  transaction(server.db.pool, (client) => writeNotifications(client, messages, Date.now()))
const log = async (): Promise<Notification[]> => (await ask('GET', '/api/v1/notifications')).notifications
const told = (path: string) => channel.to(path).map(({ body }) => `${body.kind} ${body.rule.name}`)

test('what two copies find in the outbox is sent once, and each rule in its order', async () => {
  await make('a')
  await make('b')
  const kinds = ['firing', 'reminder', 'resolved'] as const
  const rules = ['r', 'ru', 'rul', 'rule', 'rules']
  await tell(...kinds.flatMap((kind) => rules.map((rule) => message(rule, kind))))
  await eventually(async () => expect((await log()).every(({ state }) => state === 'sent')).toBe(true))
  for (const path of ['/a', '/b']) {
    expect(told(path)).toHaveLength(15)
    for (const rule of rules) {
      expect(told(path).filter((each) => each.endsWith(` ${rule}`))).toEqual(
        kinds.map((kind) => `${kind} ${rule}`)
      )
    }
    expect(new Set(channel.to(path).map(({ headers }) => headers['webhook-id'])).size).toBe(15)
  }
})

test('one message of a channel is on its way at a time, whatever waits', async () => {
  await make('a')
  let here = 0
  let most = 0
  channel.answer(() => {
    most = Math.max(most, ++here)
    return { after: new Promise((resolve) => setTimeout(resolve, 20)).then(() => here--) }
  })
  await tell(...Array.from({ length: 12 }, (_, i) => message('x'.repeat(i + 1))))
  await eventually(() => expect(channel.requests).toHaveLength(12))
  expect(most).toBe(1)
})

test('429 with Retry-After: nothing is sent before, and then all of it, in order', async () => {
  const id = await make('a')
  channel.answer(() =>
    channel.requests.length === 1 ? { status: 429, headers: { 'retry-after': '2' } } : undefined
  )
  await tell(message('rule'), message('rule', 'resolved'), message('other'))
  await eventually(() => expect(channel.requests).toHaveLength(4))
  const [first, second] = channel.requests
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_990)
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(4_000)
  expect(
    told('/a')
      .filter((each) => each.endsWith(' rule'))
      .slice(-2)
  ).toEqual(['firing rule', 'resolved rule'])
  await eventually(async () =>
    expect((await ask('GET', '/api/v1/channels')).channels).toMatchObject([
      { id, waiting: 0, lastError: null, lastSent: expect.any(Number) }
    ])
  )
  expect((await log()).map(({ attempts }) => attempts).sort()).toEqual([1, 1, 2])
})

test('5xx and refused connections are tried again, with the reason shown meanwhile', async () => {
  await make('a')
  channel.answer(() => (channel.requests.length === 1 ? { status: 503, body: 'back soon' } : undefined))
  await tell(message('rule'))
  await eventually(async () =>
    expect(await log()).toMatchObject([
      { state: 'waiting', attempts: 1, error: 'it answered 503: back soon' }
    ])
  )
  await eventually(async () =>
    expect(await log()).toMatchObject([{ state: 'sent', attempts: 2, error: null }])
  )
  expect(channel.requests[0]?.headers['webhook-id']).toBe(channel.requests[1]?.headers['webhook-id'])
  const gone = await make('gone', { url: `http://127.0.0.1:${await freePort()}/` } as Partial<ChannelConfig>)
  await tell(message('more'))
  await eventually(async () => {
    const shown = (await ask('GET', '/api/v1/channels')).channels.find(
      ({ id }: { id: number }) => id === gone
    )
    expect(shown).toMatchObject({ waiting: 1, lastError: 'it cannot be reached: ECONNREFUSED' })
  })
  expect(told('/a')).toContain('firing more')
})

test('a refusal for good fails that message, is shown on the channel, and stands before nothing', async () => {
  await make('a')
  channel.answer(({ body }) => (body.rule.name === 'bad' ? { status: 404, body: 'no_service' } : undefined))
  await tell(message('bad'), message('bad', 'resolved'), message('good'))
  await eventually(async () => expect((await log()).map(({ state }) => state)).not.toContain('waiting'))
  expect(told('/a')).toEqual(
    ['firing bad', 'resolved bad', 'firing good'].map((each) =>
      expect.stringContaining(each.split(' ')[1] ?? '')
    )
  )
  const failed = (await log()).filter(({ state }) => state === 'failed')
  expect(failed.map(({ error, attempts }) => [error, attempts])).toEqual(
    Array(2).fill(['it answered 404: no_service', 1])
  )

  // Whoever has mended it sends them after all, from the page of jobs or through the API.
  channel.answer(() => undefined)
  const jobs = async () =>
    (await ask('GET', '/jobs/api/queues?activeQueue=miniobserv-notify&status=failed')).queues.find(
      ({ name }: { name: string }) => name === 'miniobserv-notify'
    ).jobs
  const job = await eventually(async () => {
    const [found] = await jobs()
    expect(found?.failedReason).toBe('bad: it answered 404: no_service; bad: it answered 404: no_service')
    return found
  })
  await ask('PUT', `/jobs/api/queues/miniobserv-notify/${job.id}/retry`)
  await eventually(async () => expect((await log()).every(({ state }) => state === 'sent')).toBe(true))
  expect(told('/a').slice(-2)).toEqual(['firing bad', 'resolved bad'])
})

test('a channel that hangs keeps up no other', async () => {
  await make('a')
  await make('b')
  let open: (value?: unknown) => void = () => undefined
  const after = new Promise((resolve) => {
    open = resolve
  })
  channel.answer(({ path }) => (path === '/a' ? { after } : undefined))
  await tell(...Array.from({ length: 30 }, (_, i) => message('x'.repeat(i + 1))))
  await eventually(() => expect(channel.to('/b')).toHaveLength(30))
  expect(channel.to('/a')).toHaveLength(1)
  open()
  await eventually(() => expect(channel.to('/a')).toHaveLength(30))
})

test('a Redis that lost everything costs nothing: the outbox is looked at anyway', async () => {
  await make('a')
  await server.db.pool.query("update channels set paused_until = now() + interval '700 ms'")
  await tell(message('rule'))
  await server.redis.redis.flushdb()
  await eventually(() => expect(told('/a')).toEqual(['firing rule']), { within: 20_000 })
}, 30_000)

test('what a sender that died had taken is sent by another one, and old messages say when it was', async () => {
  await make('a')
  await make('s', { kind: 'slack' })
  await server.db.pool.query("update channels set paused_until = now() + interval '1 h'")
  await tell(message('rule', 'firing', Date.UTC(2026, 0, 2, 3, 4, 5)))
  await server.db.pool.query(
    "update notifications set attempts = 1, leased_until = now() + interval '500 ms'"
  )
  await server.db.pool.query('update channels set paused_until = null')
  await eventually(() => expect([...channel.to('/a'), ...channel.to('/s')]).toHaveLength(2))
  expect(channel.to('/s')[0]?.raw).toMatch(/Sent [\d.]+ d late: this was at 2026-01-02 03:04:05 UTC/)
})

test('a channel that is switched off gets nothing that still waits for it, but can be tried', async () => {
  const id = await make('a')
  await server.db.pool.query("update channels set paused_until = now() + interval '1 h'")
  await tell(message('rule'))
  await ask('PUT', `/api/v1/channels/${id}`, { name: 'a', enabled: false, config: { kind: 'webhook' } })
  await eventually(async () =>
    expect(await log()).toMatchObject([{ state: 'failed', error: 'the channel is switched off' }])
  )
  expect(channel.requests).toHaveLength(0)
  expect(await ask('POST', `/api/v1/channels/${id}/test`)).toMatchObject({ kind: 'test', state: 'sent' })
  expect(channel.requests[0]?.body).toMatchObject({ kind: 'test', title: 'Test: messages arrive here' })
  channel.answer(() => ({ status: 302, headers: { location: 'http://127.0.0.1:9/' } }))
  expect(await ask('POST', `/api/v1/channels/${id}/test`)).toMatchObject({
    state: 'failed',
    error: 'it answered 302: ok'
  })
  expect((await ask('GET', '/api/v1/channels')).channels).toMatchObject([
    { lastError: 'it answered 302: ok' }
  ])
})

test('pauses grow to five minutes', () => {
  expect([0, 1, 2, 7, 8, 1_000].map(backoff)).toEqual([2_000, 4_000, 8_000, 256_000, 300_000, 300_000])
})
