/** The half of the agent's token that the gateway needs: verifying one. */
import type { webcrypto } from 'node:crypto'
import { type JWTPayload, jwtVerify } from 'jose'
import { INGEST_AUDIENCE } from './mint.ts'
import { TokenError } from './token-error.ts'

export interface AgentClaims {
  /** The host that the token speaks for. */
  host: string
  /** Which life of which agent minted it, where it says so: tells two agents of one name apart. */
  agent?: string
  /** Epoch ms. */
  expires: number
}

export interface AgentVerifier {
  /** Whether a token that was verified lately is good without another look; answers at once. */
  known(token: string, now: number): AgentClaims | undefined
  /** @throws {TokenError} */
  verify(token: string, now: number): Promise<AgentClaims>
}

/** Seconds by which the clocks of an agent and the gateway may differ. */
const SKEW = 60

/** Verified tokens remembered at most; each is a few hundred bytes. */
const REMEMBERED = 50_000

/**
 * Verifies agents' tokens against a list of secrets, of which any may have signed: so a secret is rotated without a
 * gap. A verified token is remembered until it expires.
 *
 * @param lifeSeconds the longest `exp` − `iat` that is accepted
 */
export async function agentVerifier(secrets: readonly string[], lifeSeconds: number): Promise<AgentVerifier> {
  // An imported key is verified with twice as fast as raw bytes.
  const keys = await Promise.all(secrets.map((secret) => importKey(secret)))
  const remembered = new Map<string, AgentClaims>()

  const known = (token: string, now: number): AgentClaims | undefined => {
    const claims = remembered.get(token)
    if (claims && claims.expires + SKEW * 1000 > now) return claims
    remembered.delete(token)
    return undefined
  }

  return {
    known,
    async verify(token, now) {
      const claims = known(token, now) ?? claimsOf(await verifyWithAny(keys, token, now), lifeSeconds, now)
      if (remembered.size >= REMEMBERED) remembered.delete(remembered.keys().next().value as string)
      remembered.set(token, claims)
      return claims
    }
  }
}

async function verifyWithAny(keys: webcrypto.CryptoKey[], token: string, now: number): Promise<JWTPayload> {
  let problem: TokenError | undefined
  for (const key of keys) {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['HS256'],
        audience: INGEST_AUDIENCE,
        clockTolerance: SKEW,
        currentDate: new Date(now),
        requiredClaims: ['sub', 'iat', 'exp']
      })
      return payload
    } catch (error) {
      problem = TokenError.from(error)
      if (problem.code !== 'token_signature') break // another secret would not mend it
    }
  }
  throw problem ?? new TokenError('token_missing', 'no secret is configured')
}

function claimsOf({ sub, iat, exp, agent }: JWTPayload, lifeSeconds: number, now: number): AgentClaims {
  if (!sub || iat === undefined || exp === undefined) {
    throw new TokenError('token_claims', 'the token needs sub (the host), iat and exp')
  }
  if (iat * 1000 > now + SKEW * 1000) {
    throw new TokenError('token_not_yet', 'the token says that it was made in the future')
  }
  if (exp - iat > lifeSeconds) {
    throw new TokenError('token_lifetime', `the token may live ${lifeSeconds} s (exp − iat) and no longer`)
  }
  const expires = exp * 1000
  return typeof agent === 'string'
    ? { host: sub, agent: agent.slice(0, 64), expires }
    : { host: sub, expires }
}

const importKey = (secret: string): Promise<webcrypto.CryptoKey> =>
  crypto.subtle.importKey('raw', new TextEncoder().encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify'
  ])
