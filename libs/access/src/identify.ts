/** From what a request shows to who makes it: looked up in the database, and remembered for some seconds. */
import { apiTokenHash, sessionHash } from '@miniobserv/auth'
import type { Pool } from '@miniobserv/db'
import { includesRole, type Role, type Scope } from '@miniobserv/protocol'
import type { Session } from './session.ts'

/** How long a revoked session may still be good in another process, ms. */
const REMEMBER = 5_000

/** Remembered at most; each is some hundred bytes. */
const MOST = 10_000

/** A token is shown as a bearer, a session's in its cookie: neither is good in the other's place. */
type Kind = 'session' | 'token'

const FIND: Record<Kind, string> = {
  session: `
    select s.id, u.id as user_id, u.username, u.role, s.expires_at, s.used_at, null as name, null as scope
    from sessions s join users u on u.id = s.user_id where s.hash = $1 and s.expires_at > $2`,
  token: `
    select t.id, u.id as user_id, u.username, u.role, t.expires_at, t.used_at, t.name, t.scope
    from api_tokens t join users u on u.id = t.user_id
    where t.hash = $1 and (t.expires_at is null or t.expires_at > $2)`
}

/** Once a minute at most, so that reading stays reading. */
const USED: Record<Kind, string> = {
  session: 'update sessions set used_at = $2, address = $3 where id = $1 and used_at < $2',
  token: 'update api_tokens set used_at = $2, address = $3 where id = $1'
}

interface Row {
  id: number
  user_id: number
  username: string
  role: Role
  expires_at: Date | null
  used_at: Date | null
  name: string | null
  scope: Scope | null
}

export interface Identifier {
  /** @param now epoch ms  @param address where the request comes from */
  identify(kind: Kind, token: string, now: number, address: string): Promise<Session | undefined>
  /** Looks everybody up anew: something about a user, a session or a token has changed. */
  forget(): void
}

/** @param secret `SESSION_SECRET` */
export function identifier(db: Pool, secret: string): Identifier {
  const remembered = new Map<string, { session: Session; until: number }>()

  return {
    async identify(kind, token, now, address) {
      const hash = kind === 'token' ? apiTokenHash(token) : sessionHash(token, secret)
      const key = kind + hash.toString('base64')
      const known = remembered.get(key)
      if (known && known.until > now) return known.session
      remembered.delete(key)
      const { rows } = await db.query<Row>(FIND[kind], [hash, new Date(now)])
      const [row] = rows
      if (!row) return undefined
      if (now - Number(row.used_at) >= 60_000) {
        await db.query(USED[kind], [row.id, new Date(now), address])
      }
      const session = sessionOf(row)
      if (remembered.size >= MOST) remembered.delete(remembered.keys().next().value as string)
      remembered.set(key, { session, until: Math.min(now + REMEMBER, session.expires ?? Infinity) })
      return session
    },
    forget: () => remembered.clear()
  }
}

const ROLE_OF: Record<Scope, Role> = { read: 'viewer', write: 'editor', admin: 'admin' }

function sessionOf({ id, user_id, username, role, expires_at, name, scope }: Row): Session {
  const session = { userId: user_id, username, role, expires: expires_at?.getTime() ?? null }
  if (name === null || scope === null) return { ...session, id }
  const most = ROLE_OF[scope]
  return { ...session, role: includesRole(role, most) ? most : role, token: name }
}
