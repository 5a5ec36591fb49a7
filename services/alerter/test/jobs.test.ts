/** `/jobs`: for who is signed in, under our content security policy, and failed jobs run again. */
import { eventually, thirdPartyToken } from '@miniobserv/infra/testkit'
import { Queue, Worker } from 'bullmq'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, startApi } from './api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api?.close())

const page = { accept: 'text/html,application/xhtml+xml' }

test('a browser without a session is led to the sign-in, a program gets a problem', async () => {
  for (const path of ['/jobs', '/jobs/', '/jobs/queue/miniobserv-notify']) {
    const answer = await api.ask('GET', path, undefined, { ...page, cookie: '' })
    expect([answer.status, answer.headers.get('location')], path).toEqual([302, '/?next=%2Fjobs'])
    const program = await api.ask('GET', path, undefined, { cookie: '' })
    expect([program.status, program.body.code], path).toEqual([401, 'session_missing'])
  }
  const data = await api.ask('GET', '/jobs/api/queues', undefined, { cookie: '' })
  expect([data.status, data.body.code]).toEqual([401, 'session_missing'])
  const authorization = `Bearer ${thirdPartyToken('h')}`
  expect((await api.ask('GET', '/jobs/api/queues', undefined, { authorization })).body.code).toBe(
    'agent_token'
  )
})

test('the page runs no inline script, loads only from here, and all that it loads is there', async () => {
  const { status, body, headers } = await api.ask('GET', '/jobs', undefined, page)
  expect(status).toBe(200)
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toContain("script-src 'self'")
  expect(policy).not.toMatch(/script-src[^;]*unsafe/)
  expect(policy).toMatch(/style-src 'self' 'unsafe-inline';style-src-attr/) // its messages need it
  for (const [, attributes, text] of body.matchAll(/<script([^>]*)>([^<]*)/g)) {
    if (!attributes.includes('application/json')) expect(text.trim()).toBe('')
  }
  expect(body).toContain('<base href="/jobs/"')
  const files = [...body.matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]+)"/g)].map(([, file]) => file)
  expect(files.length).toBeGreaterThan(3)
  for (const file of files) {
    expect(file).not.toMatch(/^(https?:)?\/\//)
    expect((await api.ask('GET', `/jobs/${file}`)).status, file).toBe(200)
  }
})

test('both queues are shown, and a failed job is tried again', async () => {
  const connection = { url: api.redis.url, maxRetriesPerRequest: null }
  const queue = new Queue('miniobserv-notify', { connection })
  let works = false
  const worker = new Worker(
    'miniobserv-notify',
    async () => {
      if (!works) throw new Error('the channel is away')
    },
    { connection }
  )
  try {
    const job = await queue.add('send', {})
    await eventually(async () => expect(await job.isFailed()).toBe(true))
    const shown = (await api.ask('GET', '/jobs/api/queues')).body.queues.map(
      ({ name }: { name: string }) => name
    )
    expect(shown).toEqual(['miniobserv-evaluate', 'miniobserv-notify'])
    works = true
    const retry = `/jobs/api/queues/miniobserv-notify/${job.id}/retry`
    expect((await api.ask('PUT', retry, undefined, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await api.ask('PUT', retry)).status).toBeLessThan(300)
    await eventually(async () => expect(await job.isCompleted()).toBe(true))
    expect((await api.ask('PUT', '/jobs/api/queues/nope/1/retry')).status).toBe(404)
  } finally {
    await worker.close()
    await queue.close()
  }
})
