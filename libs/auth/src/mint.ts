/** The half of the agent's token that the agent needs: making one. */
import { SignJWT } from 'jose/jwt/sign' // alone: an agent counts its megabytes

/** What an agent's token is for; the gateway takes no other. */
export const INGEST_AUDIENCE = 'miniobserv:ingest'

/**
 * Mints the JWT with which one host sends: HS256, `sub` = host, `aud` = `miniobserv:ingest`.
 *
 * @param secret `AGENT_TOKEN`
 * @param now epoch ms
 * @param lifeSeconds `exp` − `iat`; the gateway refuses more than 24 h
 * @param agent which of all processes that say they are this host: what tells two of the same name apart
 */
export function mintAgentToken(
  secret: string,
  host: string,
  now: number,
  lifeSeconds: number,
  agent?: string
): Promise<string> {
  const issuedAt = Math.floor(now / 1000)
  return new SignJWT(agent === undefined ? {} : { agent })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(host)
    .setAudience(INGEST_AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifeSeconds)
    .sign(new TextEncoder().encode(secret))
}
