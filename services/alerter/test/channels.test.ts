/** Channels and routes through the API: secrets go in and never come out, and what is wrong is told by its place. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Api, startApi } from './api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api?.close())
beforeEach(async () => {
  await api.db.pool.query('delete from notifications; delete from alert_routes; delete from channels')
})

const HOOK = 'https://hooks.slack.com/services/T00/B00/verysecret'
const slack = { name: 'ops', config: { kind: 'slack', url: HOOK } }
const make = async (body: object = slack) => (await api.ask('POST', '/api/v1/channels', body)).body
const stored = async (id: number) =>
  (await api.db.pool.query('select config from channels where id = $1', [id])).rows[0].config

test('a channel of each kind is made, listed by name and shown without what is secret', async () => {
  const server = 'smtps://robot:hunter2hunter2@mail.example.org:465'
  const mail = { kind: 'email', server, from: 'MiniObserv <m@example.org>', to: ['a@example.org', 'b@x.org'] }
  const made = [
    await make(),
    await make({ name: 'mail', config: { ...mail, template: '{{title}}' } }),
    await make({
      name: 'hook',
      config: { kind: 'webhook', url: 'http://10.0.0.1:99/in?key=abcdefgh', secret: 'signs-it-all' }
    }),
    await make({
      name: 'chat',
      enabled: false,
      config: { kind: 'discord', url: 'https://discord.com/api/webhooks/1/tokentoken' }
    }),
    await make({
      name: 'teams',
      config: { kind: 'teams', url: 'https://prod.logic.azure.com/workflows/sig-secret' }
    })
  ]
  const answer = await api.ask('GET', '/api/v1/channels')
  const { channels } = answer.body
  expect(
    channels.map(({ name, kind, target, enabled, signed }: Record<string, unknown>) => [
      name,
      kind,
      target,
      enabled,
      signed
    ])
  ).toEqual([
    ['chat', 'discord', 'discord.com/…', false, false],
    ['hook', 'webhook', '10.0.0.1:99/…', true, true],
    ['mail', 'email', 'a@example.org, b@x.org by mail.example.org:465', true, false],
    ['ops', 'slack', 'hooks.slack.com/…', true, false],
    ['teams', 'teams', 'prod.logic.azure.com/…', true, false]
  ])
  expect(channels[2]).toMatchObject({
    template: '{{title}}',
    mail: { from: mail.from, to: mail.to },
    changedBy: 'admin',
    lastSent: null,
    lastError: null,
    waiting: 0
  })
  const history = await api.ask('GET', '/api/v1/alerts/history')
  expect(history.body.events[3].summary).toBe(
    'channel created: mail: email, a@example.org, b@x.org by mail.example.org:465'
  )
  const all = JSON.stringify([made, channels, history.body])
  for (const secret of [
    'verysecret',
    'hunter2',
    'robot',
    'abcdefgh',
    'signs-it-all',
    'tokentoken',
    'sig-secret'
  ]) {
    expect(all).not.toContain(secret)
  }
})

test('a change keeps the secrets that it leaves out, null takes one away, another kind needs its own', async () => {
  const { id } = await make({
    name: 'hook',
    config: { kind: 'webhook', url: 'https://a.example/in', secret: 'first-secret' }
  })
  const put = (body: object) => api.ask('PUT', `/api/v1/channels/${id}`, body)
  expect((await put({ name: 'hook2', config: { kind: 'webhook' } })).body).toMatchObject({
    name: 'hook2',
    signed: true
  })
  expect(await stored(id)).toEqual({ kind: 'webhook', url: 'https://a.example/in', secret: 'first-secret' })
  expect(
    (await put({ name: 'hook2', config: { kind: 'webhook', url: 'https://b.example/', secret: null } })).body
  ).toMatchObject({ target: 'b.example/…', signed: false })
  expect(await stored(id)).toEqual({ kind: 'webhook', url: 'https://b.example/' })
  expect((await put({ name: 'hook2', config: { kind: 'slack' } })).body).toMatchObject({
    status: 400,
    code: 'invalid_request',
    path: '/config/url'
  })
  expect(
    (await put({ name: 'chat', config: { kind: 'slack', url: HOOK, template: '{{title}}' } })).body
  ).toMatchObject({ kind: 'slack', template: '{{title}}' })
  expect((await put({ name: 'chat', config: { kind: 'slack' } })).body.template).toBe(null)
  await api.db.pool.query(
    "update channels set last_error = 'x', failures = 3, paused_until = now() + interval '1 h'"
  )
  expect((await put({ name: 'chat', config: { kind: 'slack', url: HOOK } })).body.lastError).toBe(null)
  const { rows } = await api.db.pool.query('select failures, paused_until from channels')
  expect(rows).toEqual([{ failures: 0, paused_until: null }])
})

test.each([
  [400, 'invalid_request', '/config/kind', { name: 'a', config: { kind: 'pigeon' } }],
  [400, 'invalid_request', '/config/kind', { name: 'a' }],
  [400, 'invalid_request', '/config/url', { name: 'a', config: { kind: 'slack' } }],
  [
    400,
    'invalid_request',
    '/config/url',
    { name: 'a', config: { kind: 'slack', url: 'file:///etc/verysecret' } }
  ],
  [
    400,
    'invalid_request',
    '/config/secret',
    { name: 'a', config: { kind: 'webhook', url: HOOK, secret: 'short' } }
  ],
  [400, 'invalid_request', '/config/room', { name: 'a', config: { kind: 'slack', url: HOOK, room: 'x' } }],
  [
    400,
    'invalid_request',
    '/config/to',
    { name: 'a', config: { kind: 'email', server: 'smtp://h', from: 'a@b', to: [] } }
  ],
  [
    400,
    'invalid_request',
    '/config/to/0',
    { name: 'a', config: { kind: 'email', server: 'smtp://h', from: 'a@b', to: ['a@b\r\nBcc: c@d'] } }
  ],
  [400, 'invalid_request', '/name', { config: slack.config }],
  [422, 'name_unusable', '/name', { ...slack, name: ' ops' }],
  [
    422,
    'address_unusable',
    '/config/url',
    { name: 'a', config: { kind: 'slack', url: 'https://[verysecret' } }
  ],
  [
    422,
    'template_invalid',
    '/config/template',
    { name: 'a', config: { ...slack.config, template: '{{#alerts}}' } }
  ],
  [
    422,
    'template_invalid',
    '/config/template',
    { name: 'a', config: { ...slack.config, template: '{{#alerts}}{{#alerts}}x{{/alerts}}{{/alerts}}' } }
  ],
  [
    422,
    'template_invalid',
    '/config/template',
    { name: 'a', config: { ...slack.config, template: '{{> other}}' } }
  ]
])('%i %s at %s', async (status, code, path, body) => {
  const answer = await api.ask('POST', '/api/v1/channels', body)
  expect(answer.body).toMatchObject({ status, code, path })
  expect(JSON.stringify(answer.body)).not.toContain('verysecret')
})

test('names are taken once, and what is not there is told', async () => {
  await make()
  expect((await api.ask('POST', '/api/v1/channels', slack)).body).toMatchObject({
    status: 409,
    code: 'channel_exists',
    path: '/name'
  })
  const { id } = await make({ ...slack, name: 'other' })
  expect((await api.ask('PUT', `/api/v1/channels/${id}`, slack)).body).toMatchObject({
    status: 409,
    code: 'channel_exists'
  })
  expect((await api.ask('PUT', '/api/v1/channels/999', slack)).body).toMatchObject({
    status: 404,
    code: 'channel_unknown'
  })
  expect((await api.ask('DELETE', '/api/v1/channels/999')).body).toMatchObject({
    status: 404,
    code: 'channel_unknown'
  })
})

test('routes are written as a whole, with defaults filled in; a channel in use is not deleted', async () => {
  const [a, b] = [await make(), await make({ ...slack, name: 'other' })]
  const put = (routes: object[]) => api.ask('PUT', '/api/v1/channels/routes', { routes })
  const written = [
    { severities: ['critical'], channels: [a.id, b.id], goOn: true },
    { labels: { team: 'sh?p' }, channels: [] }
  ]
  const routes = [
    { hosts: ['*'], ...written[0] },
    { severities: [], hosts: ['*'], goOn: false, ...written[1] }
  ]
  expect((await put(written)).body).toEqual({ routes })
  expect((await api.ask('GET', '/api/v1/channels/routes')).body).toEqual({ routes })
  expect((await put([{ channels: [a.id, 999] }])).body).toMatchObject({
    status: 422,
    code: 'channel_unknown',
    path: '/routes/0/channels/1'
  })
  expect((await put([{ channels: [], hosts: ['(a|b)'] }])).body).toMatchObject({
    status: 422,
    code: 'regular_expression',
    path: '/routes/0/hosts/0'
  })
  expect((await put([{ channels: 'all' }])).body).toMatchObject({
    status: 400,
    code: 'invalid_request',
    path: '/routes/0/channels'
  })
  expect((await api.ask('DELETE', `/api/v1/channels/${a.id}`)).body).toMatchObject({
    status: 409,
    code: 'channel_in_use'
  })
  expect((await put([])).body).toEqual({ routes: [] })
  expect((await api.ask('DELETE', `/api/v1/channels/${a.id}`)).status).toBe(204)
  const { events } = (await api.ask('GET', '/api/v1/alerts/history?limit=3')).body
  expect(events.map(({ summary }: { summary: string }) => summary)).toEqual([
    'channel deleted: ops: slack, hooks.slack.com/…',
    'routes changed: every channel is told everything',
    'routes changed: ops and other; nobody'
  ])
})

const INSERT = `
  insert into notifications (id, at, kind, rule_id, rule, severity, channel_id, channel, message, state)
  select gen_random_uuid(), now(), 'firing', 1, 'r' || n % 2, 'warning', $1, 'ops', '{"alerts": [1, 2]}', $2
  from generate_series(1, $3) n returning id`

test('the log of messages is paged without gaps, and filtered', async () => {
  const [a, b] = [await make(), await make({ ...slack, name: 'other' })]
  await api.db.pool.query(INSERT, [a.id, 'sent', 23])
  await api.db.pool.query(INSERT, [b.id, 'waiting', 4])
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body }: { body: { notifications: { id: string }[]; next: string | null } } = await api.ask(
      'GET',
      `/api/v1/notifications?limit=10${cursor && `&cursor=${cursor}`}`
    )
    seen.push(...body.notifications.map(({ id }) => id))
    cursor = body.next
  }
  expect(new Set(seen).size).toBe(27)
  const { notifications } = (
    await api.ask('GET', `/api/v1/notifications?channel=${b.id}&rule=r1&state=waiting`)
  ).body
  expect(notifications).toHaveLength(2)
  expect(notifications[0]).toMatchObject({
    kind: 'firing',
    rule: 'r1',
    channel: 'ops',
    alerts: 2,
    state: 'waiting',
    attempts: 0,
    sentAt: null,
    error: null
  })
  expect((await api.ask('GET', '/api/v1/channels')).body.channels).toMatchObject([
    { waiting: 0 },
    { waiting: 4 }
  ])
})

test('a failed message is put back by hand; one that waits, or has lost its channel, is not', async () => {
  const { id: channel } = await make()
  const { rows } = await api.db.pool.query(INSERT, [channel, 'failed', 2])
  const retry = async (id: string) => {
    const { status, body } = await api.ask('POST', `/api/v1/notifications/${id}/retry`)
    return [status, body.code]
  }
  expect(await retry(rows[0].id)).toEqual([204, undefined])
  expect(await retry(rows[0].id)).toEqual([409, 'notification_not_failed'])
  expect(await retry('00000000-0000-4000-8000-000000000000')).toEqual([404, 'notification_unknown'])
  expect(await retry('x')).toEqual([400, 'invalid_request'])
  await api.ask('DELETE', `/api/v1/channels/${channel}`)
  expect(await retry(rows[0].id)).toEqual([409, 'channel_gone'])
  const log = (await api.ask('GET', '/api/v1/notifications?state=failed')).body.notifications
  expect(log.map(({ error }: { error: string }) => error).sort()).toEqual([null, 'the channel was deleted'])
})
