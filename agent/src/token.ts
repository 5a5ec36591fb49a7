/** Keeps the JWT that every request carries: minted here, renewed before it expires. */
import { mintAgentToken } from '@miniobserv/auth/mint'

const LIFE_SECONDS = 3_600
/** Renewed this long before it expires, so that no request arrives with one that just has. */
const MARGIN_MS = 300_000

export interface Tokens {
  /** A token that is valid at `now` (epoch ms, the corrected clock). */
  get(now: number): Promise<string>
  /** The gateway refused the token: the next `get` mints another. */
  forget(): void
}

/** @param agent a name for this life of this process: the gateway notices two agents that say they are the same host */
export function createTokens(secret: string, host: string, agent: string): Tokens {
  let token: string | undefined
  let mintedAt = 0
  return {
    async get(now) {
      const age = now - mintedAt
      // A negative age: the clock was set back, and the token is not valid yet.
      if (token === undefined || age < 0 || age > LIFE_SECONDS * 1000 - MARGIN_MS) {
        token = await mintAgentToken(secret, host, now, LIFE_SECONDS, agent)
        mintedAt = now
      }
      return token
    },
    forget() {
      token = undefined
    }
  }
}
