/** What people sign in with: a JWT in a cookie, signed by a key that no agent's token is signed with. */
import { jwtVerify, SignJWT } from 'jose'
import { TokenError } from './token-error.ts'

export const SESSION_AUDIENCE = 'miniobserv:session'

export interface Session {
  username: string
  /** Epoch ms. */
  expires: number
}

export interface SessionKeeper {
  /** @param now epoch ms */
  open(username: string, now: number): Promise<{ token: string; session: Session }>
  /** @throws {TokenError} */
  read(token: string, now: number): Promise<Session>
}

/** @param secret `SESSION_SECRET`  @param lifeMs how long a session lasts, ms */
export function sessionKeeper(secret: string, lifeMs: number): SessionKeeper {
  const key = new TextEncoder().encode(secret)
  return {
    async open(username, now) {
      const issuedAt = Math.floor(now / 1000)
      const expires = issuedAt + Math.floor(lifeMs / 1000)
      const token = await new SignJWT()
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setSubject(username)
        .setAudience(SESSION_AUDIENCE)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expires)
        .sign(key)
      return { token, session: { username, expires: expires * 1000 } }
    },
    async read(token, now) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'],
          audience: SESSION_AUDIENCE,
          currentDate: new Date(now),
          requiredClaims: ['sub', 'exp']
        })
        return { username: payload.sub as string, expires: (payload.exp as number) * 1000 }
      } catch (error) {
        throw TokenError.from(error)
      }
    }
  }
}
