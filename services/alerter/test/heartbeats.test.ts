/** The alerter's beat: one evaluation a tick however many copies run, and hosts that go silent are noticed. */
import { eventually, type TestServer, testServer } from '@miniobserv/infra/testkit'
import { host } from '@miniobserv/service'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { changes, countHosts } from '../src/heartbeats.ts'
import { alerter } from '../src/index.ts'

let server: TestServer
beforeEach(async () => {
  server = await testServer([alerter], { ALERT_INTERVAL: '250ms' })
})
afterEach(() => server?.close())

const gauge = async (url: string, status: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`miniobserv_hosts\\{status="${status}"\\} (\\d+)`).exec(text)?.[1] ?? Number.NaN)
}
const addHost = (name: string, age: string) =>
  server.db.pool.query(
    'insert into hosts (name, first_seen, last_seen) values ($1, now(), now() - $2::interval)',
    [name, age]
  )

test('hosts are counted by status, and a silent one changes sides', async () => {
  await addHost('a', '0 s')
  await addHost('b', '5 min')
  await eventually(async () => {
    expect(await gauge(server.url, 'up')).toBe(1)
    expect(await gauge(server.url, 'down')).toBe(1)
  })
  await server.db.pool.query("update hosts set last_seen = now() - interval '31 s'")
  await eventually(async () => expect(await gauge(server.url, 'down')).toBe(2))
})

test('two copies share the ticks: one evaluation each, however many run', async () => {
  const other = await host([alerter], { name: 'other', port: 0, env: server.env })
  const times = await eventually(async () => {
    const ids = await server.redis.redis.zrange('bull:miniobserv-evaluate:completed', '0', '-1')
    const ofAll = ids.filter((id) => id.startsWith('repeat:all:'))
    expect(ofAll.length).toBeGreaterThanOrEqual(6)
    return ofAll.map((id) => Number(id.split(':').at(-1))).sort()
  })
  await other.close()
  for (const [i, time] of times.slice(1).entries()) expect(time - (times[i] ?? 0)).toBeGreaterThanOrEqual(250)
})

test('only what is different is told; at first, what is down', () => {
  const now = new Map([
    ['a', 'up'],
    ['b', 'down']
  ] as const)
  expect(changes(undefined, now)).toEqual([{ host: 'b', status: 'down' }])
  expect(changes(now, now)).toEqual([])
  expect(changes(new Map([['a', 'down']] as const), now)).toEqual([
    { host: 'a', status: 'up' },
    { host: 'b', status: 'down' }
  ])
  expect(countHosts(now)).toEqual({ up: 1, down: 1 })
})
