/** Open sessions: where somebody is signed in, and ending that. */
import type { Pool } from '@miniobserv/db'
import type { UserSession } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'

/** @param userId whose; undefined: everybody's  @param current the id of the one that asks */
export async function listSessions(
  db: Pool,
  { userId, current, now }: { userId: number | undefined; current: number | undefined; now: number }
): Promise<UserSession[]> {
  const { rows } = await db.query(
    `select s.id, u.username, s.opened_at, s.used_at, s.expires_at, s.address, s.browser
     from sessions s join users u on u.id = s.user_id
     where s.expires_at > $1 and ($2::int is null or s.user_id = $2) order by s.used_at desc, s.id desc limit 1000`,
    [new Date(now), userId ?? null]
  )
  return rows.map(({ opened_at, used_at, expires_at, ...session }) => ({
    ...{ ...session, opened: opened_at.getTime(), used: used_at.getTime(), expires: expires_at.getTime() },
    current: session.id === current
  }))
}

/**
 * @param userId whose it must be; undefined: anybody's
 * @throws {ServiceError} 404 `session_unknown`
 */
export async function endSession(db: Pool, id: number, userId: number | undefined): Promise<void> {
  const { rowCount } = await db.query(
    'delete from sessions where id = $1 and ($2::int is null or user_id = $2)',
    [id, userId ?? null]
  )
  if (!rowCount) throw new ServiceError(404, 'session_unknown', `there is no session ${id} of yours`)
}

export async function endOtherSessions(db: Pool, userId: number, current: number | undefined): Promise<void> {
  await db.query('delete from sessions where user_id = $1 and id is distinct from $2', [
    userId,
    current ?? null
  ])
}
