/** Tokens: ours are good, remembered until they expire, and each kind is good for one thing. */
import { LIMITS } from '@miniobserv/protocol'
import { expect, test } from 'vitest'
import { agentVerifier, claimsToBeAgent, hashPassword, mintAgentToken, verifyPassword } from '../src/index.ts'

const now = 1_795_433_330_000
const secret = 'a secret of at least thirty-two bytes'

test("an agent's token is good for its host until it expires, and 60 s of skew longer", async () => {
  const verifier = await agentVerifier([secret], LIMITS.tokenLifeSeconds)
  const token = await mintAgentToken(secret, 'web-01', now, 3600)
  expect(verifier.known(token, now)).toBeUndefined()
  expect(await verifier.verify(token, now)).toEqual({ host: 'web-01', expires: now + 3_600_000 })
  expect(verifier.known(token, now + 3_600_000)).toBeDefined()
  expect(verifier.known(token, now + 3_661_000)).toBeUndefined()
  await expect(verifier.verify(token, now + 3_661_000)).rejects.toMatchObject({
    code: 'token_expired',
    statusCode: 401
  })
  expect(await verifier.verify(token, now - 59_000)).toBeDefined()
  await expect(verifier.verify(token, now - 120_000)).resolves.toBeDefined() // remembered
  const fresh = await agentVerifier([secret], LIMITS.tokenLifeSeconds)
  await expect(fresh.verify(token, now - 120_000)).rejects.toMatchObject({ code: 'token_not_yet' })
})

test("an agent's token says that it is one, and no other does", async () => {
  const agent = await mintAgentToken(secret, 'admin', now, 3600)
  expect([claimsToBeAgent(agent), claimsToBeAgent('mo_x'), claimsToBeAgent('a.b.c')]).toEqual([
    true,
    false,
    false
  ])
})

test('a password is kept as scrypt with its costs, salted, and only the right one fits', {
  timeout: 60_000
}, async () => {
  const kept = await hashPassword('öffne dich')
  expect(kept).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z\d+/]{22}\$[A-Za-z\d+/]{43}$/)
  expect(await verifyPassword('öffne dich'.normalize('NFD'), kept)).toBe(true)
  expect(await verifyPassword('öffne dicH', kept)).toBe(false)
  expect(await verifyPassword('anything', null)).toBe(false)
})
