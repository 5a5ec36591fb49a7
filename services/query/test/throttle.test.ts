/** A thousand wrong passwords: they get nowhere, and keep nobody else out. */
import { eventually, TEST_PASSWORD, type TestServer, testServer } from '@miniobserv/infra/testkit'
import type { AuditEntry } from '@miniobserv/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from '../src/index.ts'
import { createThrottle } from '../src/people/throttle.ts'

let server: TestServer
beforeAll(async () => {
  // As behind the load balancer, which says where a request comes from.
  server = await testServer([query], { TRUST_PROXY: 'true' })
})
afterAll(() => server?.close())

const signInFrom = async (address: string, password: string) => {
  const answer = await fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ username: 'admin', password })
  })
  const { code } = (await answer.json()) as { code?: string }
  return { outcome: code ?? 'in', retryAfter: Number(answer.headers.get('retry-after')) }
}

test('1,000 wrong passwords: some are looked at, none opens anything, and admin signs in from elsewhere meanwhile', {
  timeout: 120_000
}, async () => {
  const outcomes: { outcome: string }[] = []
  let n = 0
  const guess = async () => {
    while (n < 1_000) outcomes.push(await signInFrom('203.0.113.9', `guess ${n++}`))
  }
  const guessing = Promise.all(Array.from({ length: 50 }, guess))
  const person = await signInFrom('198.51.100.7', TEST_PASSWORD)
  await guessing
  const count = (code: string) => outcomes.filter(({ outcome }) => outcome === code).length
  expect(person.outcome).toBe('in')
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(
    new Set(['wrong_password', 'too_many_attempts'])
  )
  expect(outcomes).toHaveLength(1_000)
  expect(count('wrong_password')).toBeLessThanOrEqual(20) // 10, and one for each 30 s that this takes
  const late = await signInFrom('203.0.113.9', 'one more')
  if (late.outcome === 'too_many_attempts') expect(late.retryAfter).toBeGreaterThan(0)
  expect((await signInFrom('198.51.100.7', TEST_PASSWORD)).outcome).toBe('in')

  await eventually(async () => {
    const { entries } = (await server.get('/api/v1/audit')).body as { entries: AuditEntry[] }
    const guesses = entries.filter(({ address }) => address === '203.0.113.9')
    expect(guesses.length).toBeLessThanOrEqual(4) // two, and two more where an hour ends meanwhile
    expect(guesses.reduce((sum, { refused }) => sum + (refused?.times ?? 0), 0)).toBe(1_001)
    expect(new Set(guesses.map(({ username, refused }) => `${username} ${refused?.reason}`))).toEqual(
      new Set(['admin wrong_password', 'admin too_many_attempts'])
    )
  })
})

test('one address cannot try one password on many names for long, nor one name from a whole IPv6 network', () => {
  const throttle = createThrottle()
  const tried = (attempt: (n: number) => void) => {
    let good = 0
    for (let n = 0; n < 1_000; n++) {
      try {
        attempt(n)
        good++
      } catch {
        // Refused.
      }
    }
    return good
  }
  expect(tried((n) => throttle.attempt(`user ${n}`, '203.0.113.9', 0))).toBe(50)
  expect(tried((n) => throttle.attempt('admin', `2001:db8:1:2::${n.toString(16)}`, 0))).toBe(10)
  expect(() => throttle.attempt('ADMIN', '2001:db8:1:2:ffff::1', 0)).toThrow('too many attempts')
  expect(() => throttle.attempt('admin', '2001:db8:1:3::1', 0)).not.toThrow()
  expect(() => throttle.attempt('admin', '2001:db8:1:2::1', 30_000)).not.toThrow()
})

test('what was right is not counted', () => {
  const throttle = createThrottle()
  for (let n = 0; n < 1_000; n++) throttle.attempt('anna', '203.0.113.9', 0)()
  expect(() => throttle.attempt('anna', '203.0.113.9', 0)).not.toThrow()
})
