/** Previews through the API: checked as rules are before they are saved, within a time, and never of more than there is. */
import { transaction } from '@miniobserv/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { previewRule } from '../src/preview/preview.ts'
import { readRule } from '../src/rules/read.ts'
import { type Api, startApi } from './api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await api.db.pool.query(`insert into series (name, labels, unit) values ('shop.orders', '{}', '{order}')`)
})
afterAll(() => api?.close())

const orders = (part: object = {}) => ({
  name: 'few orders',
  condition: { kind: 'threshold', metric: 'shop.orders', op: '<', value: 1, ...part }
})
const preview = (body: unknown) => api.ask('POST', '/api/v1/rules/preview', body)

test('where nothing is stored, nothing would have fired, and the answer says so', async () => {
  const { status, body } = await preview({ rule: orders(), days: 7 })
  expect(status).toBe(200)
  expect(body).toMatchObject({ total: 0, messages: 0, firings: [], every: 30_000, resolution: 'raw' })
  expect(body.remarks).toEqual(['nothing is stored of this time'])
})

test('what could not be saved is refused in the same words, and at its place in the request', async () => {
  const unknown = await preview({ rule: orders({ metric: 'shop.order' }) })
  expect([unknown.status, unknown.body.code, unknown.body.path]).toEqual([
    422,
    'unknown_metric',
    '/rule/condition/metric'
  ])
  expect(unknown.body.detail).toMatch(/did you mean shop\.orders\?/)
  const shape = await preview({ rule: orders({ op: '=' }) })
  expect([shape.status, shape.body.path]).toEqual([400, '/rule/condition/op'])
  const long = await preview({ rule: orders(), days: 91 })
  expect([long.status, long.body.path]).toEqual([400, '/days'])
})

test('one that takes too long is ended, and says what would help', async () => {
  await transaction(api.db.pool, async (client) => {
    await client.query('lock table hosts in access exclusive mode')
    const asked = previewRule(api.db.pool, {
      ...{ rule: readRule(orders()), days: 7, now: Date.now(), interval: 30_000, timeout: 200 },
      signal: new AbortController().signal
    })
    await expect(asked).rejects.toMatchObject({ statusCode: 503, code: 'preview_timeout' })
  })
})
