/** The beat itself: ticks that come late are noticed, a look that fails is not the last, and a Redis that forgot is told again. */
import { eventually, type TestRedis, testRedis } from '@miniobserv/infra/testkit'
import type { Logger } from '@miniobserv/service'
import { openRedis } from '@miniobserv/stream'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Beat, startBeat } from '../src/beat.ts'
import type { Evaluated, Scope } from '../src/evaluate/evaluate.ts'

let redis: TestRedis
let beat: Beat | undefined
const opened: { disconnect(): void }[] = []
beforeEach(async () => {
  redis = await testRedis()
})
afterEach(async () => {
  await beat?.stop()
  for (const connection of opened.splice(0)) connection.disconnect()
  await redis?.close()
})

const INTERVAL = 200
const FOUND: Evaluated = {
  ...{ rules: 1, failed: 0, hosts: [], transitions: 0, messages: 0, blind: null, held: false },
  sinceLast: INTERVAL
}

/** @param look what a look at everything finds, or throws */
async function start(look: () => Evaluated) {
  const said: string[] = []
  const say = (level: string) => (_: unknown, text: string) => void said.push(`${level} ${text}`)
  const log = { info: say('info'), warn: say('warn'), error: say('error'), debug: () => undefined }
  const metrics = new Registry()
  const blockingRedis = (role: string) => {
    const connection = openRedis(redis.url, { name: role, blocking: true, onError: () => undefined })
    opened.push(connection)
    return connection
  }
  let looks = 0
  beat = await startBeat({
    ...{ redis: redis.redis, blockingRedis, metrics, now: Date.now },
    log: log as unknown as Logger,
    settings: { ALERT_INTERVAL: INTERVAL, HOST_DOWN_AFTER: 30_000 },
    evaluator: {
      evaluate: async (scope: Scope) => {
        if (scope === 'heartbeats') return FOUND
        looks++
        return look()
      }
    },
    prepare: async () => undefined,
    finish: () => undefined
  })
  return { said, metrics, looks: () => looks }
}

test('a tick that comes late, or after one that was missed, is logged and counted', async () => {
  let sinceLast = 1.5 * INTERVAL
  const { said, metrics, looks } = await start(() => ({ ...FOUND, sinceLast }))
  await eventually(() => expect(looks()).toBeGreaterThan(2))
  expect(said).toEqual([])
  sinceLast = 11 * INTERVAL
  await eventually(() =>
    expect(said).toContain('warn rules are looked at 2.0 s late: ticks were late or missed')
  )
  expect(await metrics.metrics()).toMatch(/miniobserv_alerter_late_ticks_total [1-9]/)
})

test('a look that fails is logged, and the next one comes', async () => {
  let fails = true
  const { said, looks } = await start(() => {
    if (fails) throw new Error('the database is away')
    return FOUND
  })
  await eventually(() => expect(said).toContain('error an evaluation failed; the next one comes on time'))
  fails = false
  const before = looks()
  await eventually(() => expect(looks()).toBeGreaterThan(before + 2))
})

test('when Redis has lost everything, the beat is made again', async () => {
  const { looks } = await start(() => FOUND)
  await eventually(() => expect(looks()).toBeGreaterThan(1))
  await redis.redis.flushdb()
  const before = looks()
  await eventually(() => expect(looks()).toBeGreaterThan(before + 3))
})
