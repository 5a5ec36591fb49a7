/** Tokens: ours are good, remembered until they expire, and each kind is good for one thing. */
import { LIMITS } from '@miniobserv/protocol'
import { expect, test } from 'vitest'
import { agentVerifier, claimsToBeAgent, mintAgentToken, samePassword, sessionKeeper } from '../src/index.ts'

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

test('a session is no agent token and an agent token no session, even under one secret', async () => {
  const sessions = sessionKeeper(secret, 3_600_000)
  const { token, session } = await sessions.open('admin', now)
  expect(session).toEqual({ username: 'admin', expires: now + 3_600_000 })
  expect(await sessions.read(token, now)).toEqual(session)
  await expect(sessions.read(token, now + 3_600_001)).rejects.toMatchObject({ code: 'token_expired' })
  const agent = await mintAgentToken(secret, 'admin', now, 3600)
  await expect(sessions.read(agent, now)).rejects.toMatchObject({ code: 'token_audience' })
  const verifier = await agentVerifier([secret], LIMITS.tokenLifeSeconds)
  await expect(verifier.verify(token, now)).rejects.toMatchObject({ code: 'token_audience' })
  expect([claimsToBeAgent(agent), claimsToBeAgent(token), claimsToBeAgent('x')]).toEqual([true, false, false])
})

test('passwords are the same or not, whatever their length', () => {
  expect(samePassword('open sesame', 'open sesame')).toBe(true)
  for (const wrong of ['', 'open', 'open sesame ', 'OPEN SESAME'])
    expect(samePassword(wrong, 'open sesame')).toBe(false)
})
