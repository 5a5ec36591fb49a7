/** Hosting: settings, health, errors as problems, order of start and stop, and requests in hand at the end. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, freePort } from '@miniobserv/infra/testkit'
import { Secret, SettingsError } from '@miniobserv/settings'
import Type from 'typebox'
import { afterEach, expect, inject, test } from 'vitest'
import { defineService, type Hosted, host, ServiceError } from '../src/index.ts'

let hosted: Hosted | undefined
afterEach(async () => {
  await hosted?.close()
  hosted = undefined
})

const events: string[] = []
const example = (name: string) =>
  defineService({ settings: Type.Object({}), needs: [] }, ({ checks }) => ({
    name,
    async routes(app) {
      app.get(`/${name}/slow`, async () => {
        events.push(`${name} asked`)
        await sleep(200)
        return { slow: 'but answered' }
      })
      app.get(`/${name}/refuse`, async () => {
        throw new ServiceError(422, 'too_round', 'the wheel is too round', { path: '/wheel', retryAfter: 7 })
      })
      app.get(`/${name}/who`, async ({ ip, protocol }) => ({ ip, protocol }))
      app.get(`/${name}/break`, async () => {
        throw new Error('the password is 1234')
      })
      app.get(
        `/${name}/check`,
        { schema: { querystring: Type.Object({ n: Type.Integer({ minimum: 1 }) }) } },
        () => ({})
      )
    },
    async start() {
      events.push(`${name} started`)
      if (name === 'flaky') checks.add('flux', () => Promise.reject(new Error('the capacitor is cold')))
    },
    async stop() {
      events.push(`${name} stopped`)
    }
  }))
const start = async (names: string[], env: Record<string, string> = {}) => {
  events.length = 0
  hosted = await host(names.map(example), { name: 'test', port: 0, env: { LOG_LEVEL: 'silent', ...env } })
  return hosted
}

test('services start in list order and stop in reverse, after the requests in hand', async () => {
  const { url, close } = await start(['a', 'b'])
  const slow = fetch(`${url}/a/slow`).then((answer) => answer.json())
  await eventually(() => expect(events).toContain('a asked'))
  await close()
  expect(await slow).toEqual({ slow: 'but answered' })
  expect(events).toEqual(['a started', 'b started', 'a asked', 'b stopped', 'a stopped'])
  await expect(fetch(`${url}/livez`)).rejects.toThrow()
})

test('a connection that was opened only in case does not hold the end up', { timeout: 20_000 }, async () => {
  const { url, close } = await start(['a'])
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const ended = once(socket, 'close')
  await once(socket, 'connect')
  await fetch(`${url}/livez`) // by now it was accepted, too
  await close()
  await ended
})

test('alive, and ready once nothing is missing', async () => {
  const ready = await start(['a'])
  expect((await fetch(`${ready.url}/livez`)).status).toBe(200)
  expect(await (await fetch(`${ready.url}/readyz`)).json()).toEqual({ status: 'ready' })
  await ready.close()
  const { url } = await start(['flaky'])
  const answer = await fetch(`${url}/readyz`)
  expect(answer.status).toBe(503)
  expect(await answer.json()).toEqual({ status: 'unready', missing: ['flux: the capacitor is cold'] })
})

test('every error is a problem: ours as it says, others without their inside', async () => {
  const { url } = await start(['a'])
  const problem = async (path: string) => {
    const answer = await fetch(url + path)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    return { retry: answer.headers.get('retry-after'), ...((await answer.json()) as object) }
  }
  expect(await problem('/a/refuse')).toEqual({
    ...{ type: 'about:blank', title: 'Unprocessable Entity', status: 422, code: 'too_round' },
    ...{ detail: 'the wheel is too round', path: '/wheel', retry: '7' }
  })
  expect(JSON.stringify(await problem('/a/break'))).not.toContain('1234')
  expect(await problem('/a/break')).toMatchObject({ status: 500, code: 'internal' })
  expect(await problem('/a/check?n=0')).toMatchObject({
    status: 400,
    code: 'invalid_request',
    path: 'querystring/n'
  })
  expect(await problem('/nowhere?x=1')).toMatchObject({ status: 404, code: 'not_found' })
})

test('the documents ask for nothing by https that was asked for by http', async () => {
  const { url } = await start(['a'])
  for (const file of ['', 'static/swagger-ui-bundle.js']) {
    const { status, headers } = await fetch(`${url}/api/docs/${file}`, { method: 'HEAD' })
    expect(status).toBe(200)
    expect(headers.get('content-security-policy')).toContain("script-src 'self';")
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests')
  }
})

test('metrics are Prometheus text, by route', async () => {
  const { url } = await start(['a'])
  await fetch(`${url}/a/refuse`)
  const text = await (await fetch(`${url}/metrics`)).text()
  expect(text).toContain(
    'miniobserv_http_request_duration_seconds_count{method="GET",route="/a/refuse",status="422"} 1'
  )
  expect(text).toContain('process_cpu_seconds_total')
})

test("what is wrong with any service's settings is told before anything starts", async () => {
  const wants = (name: string) =>
    defineService({ settings: Type.Object({ [name]: Secret() }), needs: ['db', 'redis'] }, () => ({ name }))
  const refused = host([wants('FIRST'), wants('SECOND')], { name: 'test', port: 0, env: { PORT: 'x' } })
  await expect(refused).rejects.toThrow(SettingsError)
  await expect(refused).rejects.toMatchObject({
    problems: [
      expect.stringMatching(/^DATABASE_URL: is not set/),
      expect.stringMatching(/^REDIS_URL: is not set/),
      expect.stringMatching(/^FIRST: is not set/),
      expect.stringMatching(/^SECOND: is not set/),
      'PORT: "x" must be integer'
    ]
  })
})

test('a wrong password for the database or Redis is told at once, not waited for', async () => {
  const needs = (handle: 'db' | 'redis') =>
    defineService({ settings: Type.Object({}), needs: [handle] }, () => ({ name: 'x' }))
  const env = { LOG_LEVEL: 'silent', PORT: '0' }
  const wrong = (url: string) => Object.assign(new URL(url), { username: 'nobody', password: 'wrong' }).href
  const database = { ...env, DATABASE_URL: wrong(inject('databaseUrl')) }
  await expect(host([needs('db')], { name: 'test', port: 0, env: database })).rejects.toThrow(
    /the database cannot be used/
  )
  const redis = { ...env, REDIS_URL: wrong(inject('redisUrl')) }
  await expect(host([needs('redis')], { name: 'test', port: 0, env: redis })).rejects.toThrow(
    /Redis cannot be used/
  )
})

test('a port in use stops what had started', async () => {
  const port = await freePort()
  await start(['a'], { PORT: String(port) })
  const second = host([example('late')], {
    name: 'test',
    port: 0,
    env: { LOG_LEVEL: 'silent', PORT: String(port) }
  })
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
  expect(events).toContain('late stopped')
})

test('an address is what the nearest proxy says, or the one before as many as are trusted; else who connects', async () => {
  const forwarded = { 'x-forwarded-for': '6.6.6.6, 198.51.100.7, 203.0.113.9', 'x-forwarded-proto': 'https' }
  const seenWith = async (TRUST_PROXY: string) => {
    const { url, close } = await start(['a'], { TRUST_PROXY })
    const answer = await fetch(`${url}/a/who`, { headers: forwarded })
    await close()
    hosted = undefined
    return answer.json()
  }
  expect(await seenWith('false')).toEqual({ ip: '127.0.0.1', protocol: 'http' })
  // What whoever asks has written themselves stands before it.
  expect(await seenWith('true')).toEqual({ ip: '203.0.113.9', protocol: 'https' })
  expect(await seenWith('2')).toEqual({ ip: '198.51.100.7', protocol: 'https' })
  await expect(seenWith('some')).rejects.toThrow(SettingsError)
})
