/** A thousand wrong passwords at two query processes: they get nowhere, keep nobody else out, and do not fill the audit log. */
import {
  eventually,
  freePort,
  type Program,
  runProgram,
  signIn,
  TEST_PASSWORD,
  type TestDatabase,
  tempDir,
  testDatabase
} from '@miniobserv/infra/testkit'
import type { AuditEntry } from '@miniobserv/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalRedis, startRedis } from '../../local/redis.ts'
import { redisProgram } from '../../local/redis-program.ts'

let db: TestDatabase
let redis: LocalRedis
let programs: Program[] = []
let urls: string[]
const silent = { path: process.env.PATH, note: () => undefined }

beforeAll(async () => {
  const home = tempDir()
  ;[db, redis] = await Promise.all([
    testDatabase(),
    redisProgram(silent).then((command) => startRedis({ home, command }))
  ])
  const ports = await Promise.all([freePort(), freePort()])
  urls = ports.map((port) => `http://127.0.0.1:${port}`)
  programs = ports.map((port) =>
    runProgram('services/query/src/main.ts', {
      ...{ DATABASE_URL: db.url, REDIS_URL: redis.url, PORT: String(port) },
      ...{ ADMIN_PASSWORD: TEST_PASSWORD, SESSION_SECRET: 'the same in both of these processes' },
      TRUST_PROXY: 'true' // as behind the load balancer, which says where a request comes from
    })
  )
  for (const url of urls) await eventually(() => fetch(`${url}/livez`), { within: 60_000 })
}, 120_000)
afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop()))
  await Promise.all([redis?.stop(), db?.close()])
})

let turn = 0
/** At one process and the other by turns. */
async function attempt(address: string, password: string, username = 'admin') {
  const answer = await fetch(`${urls[turn++ % urls.length]}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': `${turn}.0.0.1, ${address}` },
    body: JSON.stringify({ username, password })
  })
  const { code } = (await answer.json()) as { code?: string }
  return { outcome: code ?? 'in', retryAfter: Number(answer.headers.get('retry-after')) }
}

async function guesses(count: number, address: string): Promise<string[]> {
  const outcomes: string[] = []
  let n = 0
  const guess = async () => {
    while (n < count) outcomes.push((await attempt(address, `guess ${n++}`)).outcome)
  }
  await Promise.all(Array.from({ length: 50 }, guess))
  return outcomes
}
const wrong = (outcomes: string[]) => outcomes.filter((outcome) => outcome === 'wrong_password').length

test('1,000 wrong passwords: few are looked at, none opens anything, and others sign in meanwhile', {
  timeout: 120_000
}, async () => {
  const start = performance.now()
  const guessing = guesses(1_000, '203.0.113.9')
  expect((await attempt('198.51.100.7', TEST_PASSWORD)).outcome).toBe('in')
  const outcomes = await guessing
  const over = Math.ceil((performance.now() - start) / 30_000)
  expect(outcomes).toHaveLength(1_000)
  expect(new Set(outcomes)).toEqual(new Set(['wrong_password', 'too_many_attempts']))
  // Ten in both together, and one for each half minute that this takes.
  expect(wrong(outcomes)).toBeGreaterThanOrEqual(10)
  expect(wrong(outcomes)).toBeLessThanOrEqual(10 + over)
  for (const _ of urls) {
    const late = await attempt('203.0.113.9', 'one more')
    if (late.outcome === 'too_many_attempts') expect(late.retryAfter).toBeGreaterThan(0)
    expect((await attempt('198.51.100.7', TEST_PASSWORD)).outcome).toBe('in')
    // Whoever sits beside the one who guesses.
    expect((await attempt('203.0.113.9', 'not hers', 'anna')).outcome).toBe('wrong_password')
  }
  const cookie = await signIn(urls[0] as string)
  await eventually(async () => {
    const answer = await fetch(`${urls[0]}/api/v1/audit?user=admin`, { headers: { cookie } })
    const { entries } = (await answer.json()) as { entries: AuditEntry[] }
    const noted = entries.filter(({ address }) => address === '203.0.113.9')
    expect(noted.length).toBeLessThanOrEqual(4) // two, and two more where an hour ends meanwhile
    expect(noted.reduce((sum, { refused }) => sum + (refused?.times ?? 0), 0)).toBe(1_002)
  })
})

test('without Redis people sign in all the same, and guessing gets nowhere all the same', {
  timeout: 120_000
}, async () => {
  await redis.stop()
  expect((await attempt('198.51.100.7', TEST_PASSWORD)).outcome).toBe('in')
  const start = performance.now()
  const outcomes = await guesses(100, '203.0.113.10')
  const over = Math.ceil((performance.now() - start) / 30_000)
  expect(new Set(outcomes)).toEqual(new Set(['wrong_password', 'too_many_attempts']))
  expect(wrong(outcomes)).toBeLessThanOrEqual(urls.length * (10 + over))
  expect((await attempt('198.51.100.7', TEST_PASSWORD)).outcome).toBe('in')
})
