/** API tokens: what programs read and change things with. Only a hash of each is kept. */
import { apiTokenHash, newApiToken } from '@miniobserv/auth'
import type { Pool } from '@miniobserv/db'
import type { ApiToken, ApiTokenText, NewApiToken } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'

export async function listTokens(db: Pool): Promise<ApiToken[]> {
  const { rows } = await db.query(
    `select t.id, t.name, t.scope, t.start, u.username as owner, t.created_at, t.used_at, t.address, t.expires_at
     from api_tokens t join users u on u.id = t.user_id order by t.name`
  )
  return rows.map(({ created_at, used_at, expires_at, ...token }) => ({
    ...{ ...token, created: created_at.getTime() },
    ...{ used: used_at?.getTime() ?? null, expires: expires_at?.getTime() ?? null }
  }))
}

/** @throws {ServiceError} 409 `name_taken`, 422 `ends_in_past` */
export async function createToken(
  db: Pool,
  { name, scope, expires }: ApiTokenText,
  { owner, now }: { owner: number; now: number }
): Promise<NewApiToken> {
  if (expires !== null && expires <= now) {
    throw new ServiceError(422, 'ends_in_past', 'its end is in the past', { path: '/expires' })
  }
  const token = newApiToken()
  const { rows } = await db.query<{ id: number }>(
    `insert into api_tokens (user_id, name, scope, hash, start, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (name) do nothing returning id`,
    [
      ...[owner, name, scope, apiTokenHash(token), token.slice(0, 7)],
      ...[new Date(now), expires === null ? null : new Date(expires)]
    ]
  )
  if (!rows[0]) {
    throw new ServiceError(409, 'name_taken', `there is a token ${name} already`, { path: '/name' })
  }
  return { id: rows[0].id, token }
}

/** @throws {ServiceError} 404 `token_unknown` */
export async function deleteToken(db: Pool, id: number): Promise<void> {
  const { rowCount } = await db.query('delete from api_tokens where id = $1', [id])
  if (!rowCount) throw new ServiceError(404, 'token_unknown', `there is no token ${id}`)
}
