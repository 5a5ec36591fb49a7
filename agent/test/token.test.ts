import { expect, test } from 'vitest'
import { createTokens } from '../src/token.ts'
import { claimsOf } from './gateway.ts'

const SECRET = 'a secret of more than thirty-two bytes'
const MINUTE = 60_000

test('is minted for this host and this time, and kept', async () => {
  const tokens = createTokens(SECRET, 'web-01', 'Zk3J9x')
  const token = await tokens.get(1_800_000_000_000)
  expect(claimsOf(token, SECRET)).toEqual({
    sub: 'web-01',
    aud: 'miniobserv:ingest',
    iat: 1_800_000_000,
    exp: 1_800_003_600,
    agent: 'Zk3J9x'
  })
  expect(await tokens.get(1_800_000_000_000 + 50 * MINUTE)).toBe(token)
})

test('is renewed before it expires', async () => {
  const tokens = createTokens(SECRET, 'web-01', 'Zk3J9x')
  const start = 1_800_000_000_000
  await tokens.get(start)
  const renewed = claimsOf(await tokens.get(start + 56 * MINUTE), SECRET)
  expect(renewed.iat * 1000).toBe(start + 56 * MINUTE)
})

test('is minted anew when the clock turns out to be an hour behind, or when it was refused', async () => {
  const tokens = createTokens(SECRET, 'web-01', 'Zk3J9x')
  const start = 1_800_000_000_000
  await tokens.get(start)
  const back = await tokens.get(start - 60 * MINUTE)
  expect(claimsOf(back, SECRET).iat * 1000).toBe(start - 60 * MINUTE)
  tokens.forget()
  const anew = await tokens.get(start + MINUTE - 60 * MINUTE)
  expect(claimsOf(anew, SECRET).iat * 1000).toBe(start - 59 * MINUTE)
})
