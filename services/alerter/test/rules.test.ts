/** Rules through the API: what is refused and in which words, what changes leave behind, and the history of it. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Api, startApi } from './api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await api.db.pool.query(`
    insert into series (name, labels, unit) values
      ('system.cpu.utilization', '{"cpu.mode": "user"}', '1'), ('system.cpu.utilization', '{"cpu.mode": "idle"}', '1'),
      ('system.memory.utilization', '{}', '1'), ('shop.orders', '{"region": "eu"}', '{order}')`)
  await api.db.pool.query(`
    insert into hosts (name, first_seen, last_seen)
    values ('web1', now(), now()), ('web2', now(), now()), ('db.example.org', now(), now())`)
})
afterAll(() => api?.close())
beforeEach(async () => {
  api.messages.length = 0
  await api.db.pool.query('delete from rules')
  await api.db.pool.query('delete from alert_events')
})

const cpu = (part: object = {}) => ({
  kind: 'threshold',
  ...{ metric: 'system.cpu.utilization', where: { 'cpu.mode': '!idle' }, across: 'sum', op: '>', value: 0.9 },
  ...part
})
const rule = (condition: object, part: object = {}) => ({ name: 'r', condition, ...part })
const save = (body: unknown, query = '') => api.ask('POST', `/api/v1/rules${query}`, body)
const history = async () =>
  (await api.ask('GET', '/api/v1/alerts/history')).body.events.map(
    ({ summary }: { summary: string }) => summary
  )

test('a rule is made with defaults, listed, changed and deleted; the history says who did what', async () => {
  const made = await save(rule(cpu(), { remind: null }))
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({
    condition: { agg: 'avg', window: '5m', value: 0.9 },
    ...{ hosts: ['*'], severity: 'warning', for: '0s', remind: null, labels: {}, enabled: true },
    ...{ source: 'people', changedBy: 'admin', unit: '1', remarks: [] },
    status: { evaluatedAt: null, firing: 0 }
  })
  const { id, source, changedAt, changedBy, unit, status, remarks, ...text } = made.body
  const change = await api.ask('PUT', `/api/v1/rules/${id}`, {
    ...text,
    condition: { ...text.condition, value: 0.8 },
    hosts: ['web*']
  })
  expect(change.body).toMatchObject({ id, condition: { value: 0.8 }, hosts: ['web*'] })
  expect((await api.ask('GET', '/api/v1/rules')).body.rules).toHaveLength(1)
  expect((await api.ask('DELETE', `/api/v1/rules/${id}`)).status).toBe(204)
  expect((await api.ask('GET', '/api/v1/rules')).body).toEqual({ rules: [] })
  expect(await history()).toEqual([
    'rule deleted',
    'rule changed: value 90 % → 80 %, hosts * → web*',
    'rule created'
  ])
  const gone = await api.ask('DELETE', `/api/v1/rules/${id}`)
  expect([gone.status, gone.body.code]).toEqual([404, 'rule_unknown'])
})

test.each([
  [
    'unknown_metric',
    '/condition/metric',
    'did you mean system.cpu.utilization',
    cpu({ metric: 'system.cpu.utilisation' })
  ],
  ['unknown_metric', '/condition/metric', 'strict=false', cpu({ metric: 'zzz' })],
  ['duration_out_of_bounds', '/condition/window', '10s to 24h', cpu({ window: '3s' })],
  ['duration_out_of_bounds', '/condition/window', '10s to 24h', cpu({ window: '99999999999d' })],
  ['duration_out_of_bounds', '/condition/after', '20s to 24h', { kind: 'host-down', after: '1s' }],
  ['duration_out_of_bounds', '/condition/behind', '5s to 1h', { kind: 'blind', behind: '2h' }],
  ['value_out_of_range', '/condition/value', 'did you mean 0.9?', cpu({ value: 90 })],
  ['value_out_of_range', '/condition/value', 'did you mean 0.925?', cpu({ value: 92.5 })],
  ['recover_on_wrong_side', '/condition/recover', 'at or below 0.8', cpu({ value: 0.8, recover: 0.9 })],
  [
    'recover_on_wrong_side',
    '/condition/recover',
    'at or above 0.1',
    cpu({ op: '<', value: 0.1, recover: 0 })
  ],
  ['by_without_across', '/condition/by', 'across', cpu({ across: undefined, by: ['cpu.mode'] })],
  ['by_twice', '/condition/by', 'twice', cpu({ by: ['a', 'a'] })],
  [
    'regular_expression',
    '/condition/where/cpu.mode',
    '* for any text',
    cpu({ where: { 'cpu.mode': '(a+)+$' } })
  ],
  [
    'regular_expression',
    '/condition/where/cpu.mode',
    '* for any text',
    cpu({ where: { 'cpu.mode': 'user|nice' } })
  ],
  [
    'regular_expression',
    '/condition/where/cpu.mode',
    '* for any text',
    cpu({ where: { 'cpu.mode': 'us.*' } })
  ],
  ['regular_expression', '/condition/query', '* for any text', { kind: 'log-match', query: '/(x+x+)+y/' }],
  ['query_empty', '/condition/query', 'words', { kind: 'log-match', query: ' "" ' }],
  ['invalid_search', '/condition/query', 'not "loud"', { kind: 'log-match', query: 'disk level:loud' }]
])('%s at %s: %s', async (code, path, words, condition) => {
  const answer = await save(rule(condition))
  expect(answer.body).toMatchObject({ status: 422, code, path })
  expect(answer.body.detail).toContain(words)
})

test.each([
  ['/condition/kind', 'threshold, no-data, host-down', rule({ kind: 'treshold' })],
  ['/condition', 'kind', { name: 'r' }],
  ['/condition/value', 'value is missing', rule(cpu({ value: undefined }))],
  ['/condition/value', 'number', rule(cpu({ value: '0.9' }))],
  ['/condition/op', '>, >=, <, <=', rule(cpu({ op: '==' }))],
  ['/condition/window', '30s, 5m', rule(cpu({ window: '5 minutes' }))],
  ['/condition/treshold', 'there is no treshold', rule(cpu({ treshold: 1 }))],
  ['/severity', 'info, warning, critical', rule(cpu(), { severity: 'high' })],
  ['/name', 'missing', { condition: cpu() }],
  ['/name', 'name must not be empty', rule(cpu(), { name: '' })]
])('the shape at %s: %s', async (path, words, body) => {
  const answer = await save(body)
  expect(answer.body).toMatchObject({ status: 400, code: 'invalid_request', path })
  expect(answer.body.detail).toContain(words)
})

test('what explodes as a regular expression is refused at once', async () => {
  const began = performance.now()
  const answer = await save(rule(cpu(), { hosts: [`(a+)+${'a'.repeat(200)}$`] }))
  expect(answer.body).toMatchObject({ code: 'regular_expression', path: '/hosts/0' })
  expect(performance.now() - began).toBeLessThan(1000)
})

test('what is allowed but perhaps not meant is remarked on', async () => {
  const orders = { kind: 'threshold', metric: 'shop.orders', op: '<', value: 5 }
  const part = { hosts: ['db.*', 'mail*'] }
  const answer = await save(rule({ ...orders, where: { regoin: 'eu', region: 'us' } }, part))
  expect(answer.body.remarks).toEqual([
    'no series of shop.orders has the label regoin; there is region',
    'no series of shop.orders has region = us; there is eu',
    'no host is named mail* so far'
  ])
  const future = await save({ ...rule({ ...orders, metric: 'shop.refunds' }), name: 'b' }, '?strict=false')
  expect(future.status).toBe(201)
  expect(future.body.remarks[0]).toMatch(/no host has ever sent a metric named shop.refunds/)
  // The agents' own metrics are known before the first of them comes.
  const paging = await save({ ...rule({ kind: 'no-data', metric: 'system.paging.utilization' }), name: 'c' })
  expect(paging.body.remarks).toEqual(['no host has sent system.paging.utilization so far'])
})

test('names are unique', async () => {
  await save(rule(cpu()))
  expect((await save(rule(cpu()))).body).toMatchObject({ status: 409, code: 'rule_exists', path: '/name' })
})

const fire = async (ruleId: number, host: string, told: boolean) => {
  await api.db.pool.query(
    `insert into alert_states (rule_id, host_id, labels_key, host, labels, state, since, value, summary, notified_at)
     values ($1, $2, '{}', $3, '{"a": "b"}', 'firing', now(), 0.95, 'busy', $4)`,
    [ruleId, Number(host.at(-1)), host, told ? new Date() : null]
  )
}
const firing = async () =>
  (await api.ask('GET', '/api/v1/alerts')).body.alerts.map(({ host }: { host: string }) => host).sort()

test('deleting a rule resolves its alerts: in the history, and in one message for those that were told', async () => {
  const { body } = await save(rule(cpu(), { labels: { team: 'x' }, note: 'look' }))
  await fire(body.id, 'web1', true)
  await fire(body.id, 'web2', false)
  await fire(body.id, 'web3', true)
  await api.ask('DELETE', `/api/v1/rules/${body.id}`)
  expect(await firing()).toEqual([])
  expect(api.messages).toMatchObject([
    {
      kind: 'resolved',
      rule: { id: body.id, name: 'r', labels: { team: 'x' }, note: 'look' },
      alerts: [{ host: 'web1', value: 0.95, labels: { a: 'b' } }, { host: 'web3' }]
    }
  ])
  const { events } = (await api.ask('GET', '/api/v1/alerts/history?host=web2')).body
  expect(events).toMatchObject([{ from: 'firing', to: 'ok', summary: 'the rule was deleted', by: 'admin' }])
})

test('switching off, looking at something else and leaving hosts out end alerts; a new threshold does not', async () => {
  const { body } = await save(rule(cpu()))
  const put = (part: object) => api.ask('PUT', `/api/v1/rules/${body.id}`, rule(cpu(), part))
  await fire(body.id, 'web1', true)
  await fire(body.id, 'web2', true)
  await api.ask('PUT', `/api/v1/rules/${body.id}`, rule(cpu({ value: 0.95, recover: 0.9 })))
  expect(await firing()).toEqual(['web1', 'web2'])
  await put({ hosts: ['web1'] })
  expect(await firing()).toEqual(['web1'])
  await put({ enabled: false })
  expect(await firing()).toEqual([])
  await put({})
  await fire(body.id, 'web1', true)
  await api.ask(
    'PUT',
    `/api/v1/rules/${body.id}`,
    rule(cpu({ metric: 'system.memory.utilization', where: {} }))
  )
  expect(await firing()).toEqual([])
  expect(api.messages.map(({ alerts }) => alerts.map(({ host }) => host))).toEqual([
    ['web2'],
    ['web1'],
    ['web1']
  ])
})

test('a change waits for the evaluation that is at it', async () => {
  const { body } = await save(rule(cpu()))
  const client = await api.db.pool.connect()
  await client.query('begin; select pg_advisory_xact_lock(7266110)')
  let done = false
  const deleting = api.ask('DELETE', `/api/v1/rules/${body.id}`).then(() => {
    done = true
  })
  await client.query('select pg_sleep(0.2)')
  expect(done).toBe(false)
  await fire(body.id, 'web1', true)
  await client.query('commit')
  client.release()
  await deleting
  expect(api.messages).toHaveLength(1)
})
