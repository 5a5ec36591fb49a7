/** The user admin of ADMIN_PASSWORD: there is one, and that is the password, whatever was there before. */
import { hashPassword, verifyPassword } from '@miniobserv/auth'
import type { Pool } from '@miniobserv/db'

export const ADMIN = 'admin'

const PUT = `
  insert into users (username, role, password, created_at) values ($1, 'admin', $2, $3)
  on conflict (lower(username)) do update
  set role = 'admin', password = excluded.password, issuer = null, subject = null`

/** Whoever had the name at a provider of OpenID Connect keeps nothing that would now be an admin's. */
const TAKE_TOKENS = `
  delete from api_tokens using users u where u.id = user_id and lower(u.username) = $1 and u.issuer is not null`

/** Another password ends the sessions that the one before has opened. Done at every start, by every copy. */
export async function settleAdmin(db: Pool, password: string, now: number): Promise<void> {
  const { rows } = await db.query<{
    id: number
    role: string
    password: string | null
    issuer: string | null
  }>('select id, role, password, issuer from users where lower(username) = $1', [ADMIN])
  const [admin] = rows
  if (admin?.role === 'admin' && !admin.issuer && (await verifyPassword(password, admin.password))) return
  await db.query(TAKE_TOKENS, [ADMIN])
  await db.query(PUT, [ADMIN, await hashPassword(password), new Date(now)])
  await db.query('delete from sessions where user_id = $1', [admin?.id ?? null])
}
