/** Alerts, their history and silences through the API. */
import { eventually } from '@miniobserv/infra/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, startApi } from './api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api?.close())

const HOUR = 3_600_000

test('every route is documented, with a summary', async () => {
  const { paths } = (await api.ask('GET', '/api/docs/json')).body
  for (const [path, methods] of Object.entries(
    paths as Record<string, Record<string, { summary?: string }>>
  )) {
    if (!path.startsWith('/api/v1')) continue
    for (const [method, { summary }] of Object.entries(methods))
      expect(summary, `${method} ${path}`).toBeTruthy()
  }
})

const makeRule = async (name: string, labels = {}): Promise<number> => {
  const body = { name, condition: { kind: 'host-down' }, labels }
  return (await api.ask('POST', '/api/v1/rules', body)).body.id
}
const fire = async (ruleId: number, host: string): Promise<string> => {
  const { rows } = await api.db.pool.query(
    `insert into alert_states (rule_id, host_id, labels_key, host, state, since, summary)
     values ($1, (random() * 1e9)::int, '{}', $2, 'firing', now(), 'down') returning id`,
    [ruleId, host]
  )
  return String(rows[0].id)
}

test('an alert is acknowledged with a note, shown so, and taken back; both are in the history', async () => {
  const id = await fire(await makeRule('Ack'), 'web1')
  const path = `/api/v1/alerts/${id}/acknowledge`
  expect((await api.ask('POST', path, { note: 'on it' })).status).toBe(204)
  const alert = async () =>
    (await api.ask('GET', '/api/v1/alerts')).body.alerts.find((each: { id: string }) => each.id === id)
  expect(await alert()).toMatchObject({
    ...{ rule: 'Ack', host: 'web1', state: 'firing', severity: 'warning', silenced: false },
    acknowledged: { by: 'admin', note: 'on it', at: expect.any(Number) }
  })
  expect((await api.ask('DELETE', path)).status).toBe(204)
  expect((await alert()).acknowledged).toBe(null)
  const { events } = (await api.ask('GET', '/api/v1/alerts/history?rule=Ack&host=web1')).body
  expect(events.map(({ summary, by }: { summary: string; by: string }) => [summary, by])).toEqual([
    ['acknowledgement taken back', 'admin'],
    ['acknowledged: on it', 'admin']
  ])
  const gone = await api.ask('POST', '/api/v1/alerts/999999/acknowledge', {})
  expect([gone.status, gone.body.code]).toEqual([404, 'alert_unknown'])
})

test('a silence covers by label of the rule, shows on the alert, changes and ends', async () => {
  const id = await fire(await makeRule('Team', { team: 'shop' }), 'web7')
  const silenced = async () =>
    (await api.ask('GET', '/api/v1/alerts')).body.alerts.find((each: { id: string }) => each.id === id)
      .silenced
  const ends = Date.now() + HOUR
  const body = { hosts: ['web*'], labels: { team: 'sh?p' }, reason: 'new disks', ends }
  const made = await api.ask('POST', '/api/v1/silences', body)
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({ ...body, rules: ['*'], recurs: null, active: true, createdBy: 'admin' })
  expect(await silenced()).toBe(true)
  const put = await api.ask('PUT', `/api/v1/silences/${made.body.id}`, { ...body, labels: { team: 'other' } })
  expect(put.body).toMatchObject({ starts: made.body.starts, labels: { team: 'other' } })
  expect(await silenced()).toBe(false)
  expect((await api.ask('GET', '/api/v1/silences')).body.silences).toHaveLength(1)
  expect((await api.ask('DELETE', `/api/v1/silences/${made.body.id}`)).status).toBe(204)
  expect((await api.ask('GET', '/api/v1/silences')).body.silences).toEqual([])
  const { events } = (await api.ask('GET', '/api/v1/alerts/history?severity=info')).body
  expect(events.slice(0, 3).map(({ summary }: { summary: string }) => summary)).toEqual([
    'silence ended: new disks',
    'silence changed: new disks',
    'silence made: new disks'
  ])
})

test.each([
  ['end_missing', '/ends', { ends: null }],
  ['ends_before_start', '/ends', { starts: 3e12, ends: 2.9e12 }],
  ['ends_in_past', '/ends', { starts: 1, ends: 2 }],
  [
    'unknown_zone',
    '/recurs/zone',
    { ends: null, recurs: { days: [1], at: '02:00', duration: '1h', zone: 'Mars/One' } }
  ],
  [
    'duration_out_of_bounds',
    '/recurs/duration',
    { ends: null, recurs: { days: [1], at: '02:00', duration: '8d' } }
  ],
  ['regular_expression', '/hosts/0', { ends: 3e12, hosts: ['web(1|2)'] }]
])('a silence is refused: %s', async (code, path, part) => {
  const answer = await api.ask('POST', '/api/v1/silences', { reason: 'x', ...part })
  expect(answer.body).toMatchObject({ status: 422, code, path })
})

test('U+0000 is refused before PostgreSQL sees it', async () => {
  const answer = await api.ask('POST', '/api/v1/silences', { reason: 'a\0b', ends: 3e12 })
  expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request'])
})

test('the history is paged without gaps or repeats, also among events of one moment', async () => {
  await api.db.pool.query(
    `insert into alert_events (at, rule, severity, host, summary)
     select to_timestamp(1e9 + n / 5), 'Paged', 'critical', 'h' || n % 2, 'n' || n from generate_series(1, 57) n`
  )
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const at: string = cursor ? `&cursor=${cursor}` : ''
    const { body } = await api.ask('GET', `/api/v1/alerts/history?rule=Paged&limit=10${at}`)
    seen.push(...body.events.map(({ summary }: { summary: string }) => summary))
    cursor = body.next
  } while (cursor)
  expect(seen).toEqual(Array.from({ length: 57 }, (_, i) => `n${57 - i}`))
  const part =
    '/api/v1/alerts/history?rule=Paged&host=h1&severity=critical&from=1000000002000&to=1000000004000'
  expect((await api.ask('GET', part)).body.events).toHaveLength(5)
  expect((await api.ask('GET', '/api/v1/alerts/history?cursor=abc')).body.code).toBe('invalid_cursor')
})

test('what the monitor says of itself is part of the answer', async () => {
  await api.db.pool.query(
    "update alerter_state set evaluated_at = now(), blind_since = now(), blind_reason = 'nothing'"
  )
  await eventually(async () =>
    expect((await api.ask('GET', '/api/v1/alerts')).body).toMatchObject({
      blind: { reason: 'nothing', since: expect.any(Number) },
      evaluatedAt: expect.any(Number)
    })
  )
})
