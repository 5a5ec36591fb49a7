/** Counting attempts to sign in: one process as several, with Redis and without. */
import { type TestRedis, testRedis } from '@miniobserv/infra/testkit'
import { openRedis } from '@miniobserv/stream'
import type { Redis } from 'ioredis'
import { afterEach, expect, test, vi } from 'vitest'
import { createThrottle, type Throttle } from '../src/people/throttle.ts'

let shared: TestRedis | undefined
let now = 0
afterEach(async () => {
  await shared?.close()
  shared = undefined
})

const warn = vi.fn()
const throttleOn = (redis: Redis) => createThrottle({ redis, now: () => now, log: { warn } })
const away = (): Redis => openRedis('redis://127.0.0.1:9', { name: 'test', onError: () => undefined })

/** @returns how many of a thousand were let through */
async function tried(attempt: (n: number) => Promise<unknown>): Promise<number> {
  const all = await Promise.allSettled(Array.from({ length: 1_000 }, (_, n) => attempt(n)))
  return all.filter(({ status }) => status === 'fulfilled').length
}
const refused = (attempt: Promise<unknown>) => expect(attempt).rejects.toThrow('too many attempts')
const counted = (throttle: Throttle, n: number) => throttle.attempt(`user ${n}`, '203.0.113.9')

/** As if so much time had passed on the clock of Redis. */
async function age(redis: Redis, ms: number): Promise<void> {
  for (const key of await redis.keys('*')) await redis.incrby(key, -ms)
}

test('one address cannot try one password on many names for long, nor one name from a whole IPv6 network', async () => {
  shared = await testRedis()
  const throttle = throttleOn(shared.redis)
  expect(await tried((n) => counted(throttle, n))).toBe(50)
  expect(await tried((n) => throttle.attempt('admin', `2001:db8:1:2::${n.toString(16)}`))).toBe(10)
  await refused(throttle.attempt('ADMIN', '2001:db8:1:2:ffff::1'))
  await throttle.attempt('admin', '2001:db8:1:3::1')
  await throttle.attempt('anna', '2001:db8:1:2::1')
})

test('several processes count as one, by the clock of Redis, and after a while there is one attempt more', async () => {
  shared = await testRedis()
  const [here, there, third] = [1, 2, 3].map(() => throttleOn((shared as TestRedis).redis)) as Throttle[]
  const any = (n: number) => [here, there, third][n % 3] as Throttle
  expect(await tried((n) => any(n).attempt('admin', '203.0.113.9'))).toBe(10)
  for (const throttle of [here, there, third] as Throttle[])
    await refused(throttle.attempt('Admin', '203.0.113.9'))
  expect(await tried((n) => counted(any(n), n))).toBe(40)

  await age(shared.redis, 30_000)
  now += 30_000
  await there?.attempt('admin', '203.0.113.9')
  await refused((here as Throttle).attempt('admin', '203.0.113.9'))
  expect(await tried((n) => any(n).attempt('admin', '198.51.100.7'))).toBe(10)
  for (const key of await shared.redis.keys('*')) {
    expect(await shared.redis.pttl(key)).toBeGreaterThan(0)
    expect(key).not.toMatch(/admin|user/)
  }
})

test('what was right is not counted', async () => {
  shared = await testRedis()
  const throttle = throttleOn(shared.redis)
  for (let n = 0; n < 100; n++) await (await throttle.attempt('anna', '203.0.113.9'))()
  expect(await shared.redis.keys('*')).toEqual([])
  expect(await tried(() => throttle.attempt('anna', '203.0.113.9'))).toBe(10)
})

test('without Redis each process counts for itself, and says so once', async () => {
  warn.mockClear()
  const redis = away()
  const throttle = throttleOn(redis)
  try {
    for (let n = 0; n < 100; n++) await (await throttle.attempt('anna', '203.0.113.9'))()
    expect(await tried(() => throttle.attempt('anna', '203.0.113.9'))).toBe(10)
    expect(await tried((n) => counted(throttle, n))).toBe(40)
    now += 30_000
    await throttle.attempt('anna', '203.0.113.9')
    await refused(throttle.attempt('anna', '203.0.113.9'))
    expect(warn).toHaveBeenCalledTimes(1)
  } finally {
    redis.disconnect()
  }
})

test('what was counted here still counts when Redis goes away, and one that hangs keeps nobody waiting for long', async () => {
  shared = await testRedis()
  let hangs = false
  const redis = new Proxy(shared.redis, {
    get: (target, name) =>
      hangs && name === 'eval' ? () => new Promise(() => undefined) : Reflect.get(target, name)
  })
  const throttle = throttleOn(redis)
  for (let n = 0; n < 9; n++) await throttle.attempt('anna', '203.0.113.9')
  hangs = true
  const start = performance.now()
  await throttle.attempt('anna', '203.0.113.9')
  expect(performance.now() - start).toBeLessThan(5_000)
  await refused(throttle.attempt('anna', '203.0.113.9'))
})
