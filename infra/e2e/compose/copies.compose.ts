/** Two copies of every service: the first user, live views, rules of a file, and alerts that are told once. */
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WebhookBody } from '@miniobserv/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, type Listening, listenLive } from '../../testkit/index.ts'
import { type Read, reader, WITHIN } from '../scenario/steps.ts'
import { docker, whyNoEngine } from './engine.ts'
import { IMAGE, openBrowser, type Stack, startStack } from './stack.ts'

const missing = whyNoEngine()
if (missing) console.log(`Skipped: no Docker engine with Compose answers here (${missing}).`)

/** Stands for whoever a webhook is of: says in its log what it gets, a line each. */
const RECEIVER = `require('node:http').createServer((request, response) => {
  let body = ''
  request.on('data', (text) => { body += text }).on('end', () => { console.log(body); response.end() })
}).listen(9000)`

describe.skipIf(missing !== undefined)('two copies of every service', () => {
  let stack: Stack
  let cookie: string
  let read: Read
  let receiver: string
  let steady: NodeJS.Timeout

  beforeAll(async () => {
    stack = await startStack((directory) => {
      const rule = { name: 'Of the file', condition: { kind: 'host-down', after: '1h' } }
      writeFileSync(join(directory, 'rules.yaml'), JSON.stringify({ rules: [rule] }), { mode: 0o644 })
      return {
        ...{ INGEST_REPLICAS: '2', WRITER_REPLICAS: '2', QUERY_REPLICAS: '2', ALERTER_REPLICAS: '2' },
        ...{ RULES_DIR: directory, RULES_FILE: 'rules.yaml' }
      }
    })
    const run = ['run', '--detach', '--network', `${stack.name}_front`, '--network-alias', 'receiver']
    receiver = await docker([...run, IMAGE, '-e', RECEIVER])
    // One silent host alone is down; were all silent, it would be the monitor's own fault.
    steady = setInterval(() => stack.deliver('steady', 'a', Date.now(), 1).catch(() => undefined), 1_000)
  })
  afterAll(async () => {
    clearInterval(steady)
    if (receiver) await docker(['rm', '--force', receiver])
    await stack?.end()
  })

  const send = async (path: string, body: object) => {
    const headers = { cookie, 'content-type': 'application/json' }
    const answer = await fetch(stack.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    expect(answer.ok, await answer.text()).toBe(true)
  }

  test('without ADMIN_PASSWORD the page makes the first user, with the code that the log says', async () => {
    const log = await stack.compose('logs', '--no-log-prefix', 'query')
    const codes = new Set([...log.matchAll(/set-up code ([a-z\d-]+)/g)].map(([, code]) => code as string))
    expect(codes.size).toBe(1)
    const browser = await openBrowser()
    try {
      const page = await browser.newPage()
      await page.goto(stack.url)
      await page.getByLabel('Set-up code').fill([...codes][0] as string)
      await page.getByLabel('User name').fill('anna')
      await page.getByLabel('Password').fill('a password of hers')
      await page.getByRole('button', { name: 'Make the user' }).click()
      await page.getByRole('link', { name: stack.host }).waitFor()
      const [session] = await page.context().cookies()
      cookie = `${session?.name}=${session?.value}`
    } finally {
      await browser.close()
    }
    read = reader(stack.url, cookie)
  })

  test('every copy knows the session', async () => {
    for (const [service, url] of [
      ['query', 'http://127.0.0.1:8082/api/v1/session'],
      ['alerter', 'http://127.0.0.1:8083/api/v1/rules']
    ] as const) {
      const ids = await stack.copies(service)
      expect(ids).toHaveLength(2)
      const ask = `fetch('${url}', { headers: { cookie: '${cookie}' } }).then(({ status }) => console.log(status))`
      for (const id of ids) expect(await stack.run(id, ask), service).toBe('200')
    }
  })

  test('the system is well, and says so; the rules of the file are there, and the first ones once', async () => {
    const { troubles, writers, alerter } = await eventually(async () => {
      const health = await read('/api/v1/health')
      expect(health.writers).toHaveLength(2)
      return health
    }, WITHIN)
    expect(troubles).toEqual([])
    expect(writers).toMatchObject([{ status: 'reading' }, { status: 'reading' }])
    expect(alerter).toMatchObject({ blindSince: null })

    const { rules = [] } = await read('/api/v1/rules')
    const names = rules.map(({ name }) => name)
    expect(names).toContain('Host down')
    expect(new Set(names).size).toBe(names.length)
    expect(rules.filter(({ source }) => source === 'file')).toMatchObject([{ name: 'Of the file' }])
  })

  test('the programs for a look inside work in the containers', async () => {
    const inside = (service: string, ...command: string[]) =>
      stack.compose('exec', '--no-TTY', service, 'node', ...command)
    expect(await inside('writer', 'infra/dead.ts')).toBe('There are none.')
    expect(await inside('writer', 'infra/storage.ts', '--dry-run')).toContain('frames')
    expect(await inside('alerter', 'infra/rules.ts', 'check', '/rules/rules.yaml')).toContain('1 rules')
    expect(await inside('query', 'services/query/src/main.ts', '--help')).toContain('SESSION_LIFE')
  })

  const listen = (more: Record<string, string> = {}) =>
    listenLive(`${stack.url}/api/v1/live/logs?q=haystack`, { cookie, ...more })
  const heard = ({ events }: Listening): string[] =>
    events.flatMap(({ data }) => (data.lines ?? []).map(({ message }: { message: string }) => message))

  test('lines are heard as they come, by whoever looks on at either copy; of a killed one they go on at the other', async () => {
    // Who has the fewest gets the next.
    const live = [await listen(), await listen()]
    const began = performance.now()
    appendFileSync(stack.log, 'in the haystack, one\n')
    await eventually(() => expect(live.map(heard)).toEqual(Array(2).fill(['in the haystack, one'])), WITHIN)
    console.log(`from the file to whoever looks on: ${(performance.now() - began).toFixed()} ms`)
    expect(performance.now() - began).toBeLessThan(5_000)

    const [victim = ''] = await stack.copies('query')
    await docker(['kill', victim])
    const ended = await Promise.race(live.map((each) => each.ended.then(() => each)))
    const [other] = live.filter((each) => each !== ended)
    appendFileSync(stack.log, 'in the haystack, two\n')
    const again = await eventually(async () => {
      const listening = await listen({ 'last-event-id': ended.events.at(-1)?.id ?? '' })
      expect(listening.status).toBe(200)
      return listening
    }, WITHIN)
    await eventually(() => {
      expect(heard(other as Listening)).toEqual(['in the haystack, one', 'in the haystack, two'])
      expect(heard(again)).toEqual(['in the haystack, two'])
    }, WITHIN)
    for (const each of [other, again]) each?.close()
    await read('/api/v1/hosts')
  })

  test('a host that goes down and comes back is told once each, though an alerter is killed in between', async () => {
    const told = async () =>
      (await docker(['logs', receiver]))
        .split('\n')
        .filter((line) => line !== '')
        .map((line): WebhookBody => JSON.parse(line))
        .filter(
          ({ rule, alerts }) => rule.name === 'Host down' && alerts.some(({ host }) => host === stack.host)
        )
        .map(({ kind }) => kind)
    await send('/api/v1/channels', {
      name: 'receiver',
      config: { kind: 'webhook', url: 'http://receiver:9000/' }
    })

    const began = performance.now()
    await stack.compose('stop', 'agent')
    await eventually(async () => expect(await told()).toEqual(['firing']), { within: 120_000 })
    console.log(`down told after ${((performance.now() - began) / 1_000).toFixed(1)} s`)

    const [victim = ''] = await stack.copies('alerter')
    await docker(['kill', victim])
    await stack.compose('start', 'agent')
    await eventually(async () => expect(await told()).toEqual(['firing', 'resolved']), { within: 120_000 })

    // Whoever would tell it again looks at the table within five seconds.
    const { notifications = [] } = await read('/api/v1/notifications')
    expect(notifications.filter(({ state }) => state === 'waiting')).toEqual([])
    await stack.compose('stop', 'alerter')
    expect(await told()).toEqual(['firing', 'resolved'])
  }, 300_000)
})
