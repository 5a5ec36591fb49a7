/** Users: listing, making, changing and deleting them. Somebody can always manage the rest. */
import { hashPassword, verifyPassword } from '@miniobserv/auth'
import { type Pool, type PoolClient, transaction } from '@miniobserv/db'
import type { Role, User, UserChange, UserText } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'
import { keptBy, refuseUnlessHere } from './kept-by.ts'
import { Refused } from './refused.ts'

interface Row {
  id: number
  username: string
  role: Role
  password: string | null
  issuer: string | null
  created_at: Date
  signed_in_at: Date | null
}

const ONE = 'select id, username, role, password, issuer, created_at, signed_in_at from users where id = $1'

/** @param setting `ADMIN_PASSWORD` */
export async function listUsers(db: Pool, setting: string | undefined): Promise<User[]> {
  const { rows } = await db.query<Row>(
    'select id, username, role, issuer, created_at, signed_in_at from users order by lower(username)'
  )
  return rows.map((row) => shown(row, setting))
}

const shown = (row: Row, setting: string | undefined): User => ({
  ...{ id: row.id, username: row.username, role: row.role, keptBy: keptBy(row, setting) },
  ...{ created: row.created_at.getTime(), signedIn: row.signed_in_at?.getTime() ?? null }
})

/** @throws {ServiceError} 409 `username_taken` */
export async function createUser(
  db: Pool | PoolClient,
  { username, role, password }: UserText,
  now: number
): Promise<User> {
  const { rows } = await db.query<Row>(
    `insert into users (username, role, password, created_at) values ($1, $2, $3, $4)
     on conflict (lower(username)) do nothing
     returning id, username, role, issuer, created_at, signed_in_at`,
    [username, role, await hashPassword(password), new Date(now)]
  )
  const [row] = rows
  if (!row) {
    throw new ServiceError(409, 'username_taken', `there is a user ${username} already`, {
      path: '/username'
    })
  }
  return shown(row, undefined)
}

/** A new password ends the user's sessions. */
export async function changeUser(
  db: Pool,
  id: number,
  { role, password }: UserChange,
  setting: string | undefined
): Promise<User> {
  const hash = password === undefined ? undefined : await hashPassword(password)
  return transaction(db, async (client) => {
    const user = await lockUser(client, id)
    refuseUnlessHere(keptBy(user, setting))
    if (role !== undefined) {
      await client.query('update users set role = $2 where id = $1', [id, role])
      await refuseWithoutAdmin(client)
    }
    if (hash !== undefined) await putPassword(client, id, hash)
    return shown({ ...user, ...(role !== undefined && { role }) }, setting)
  })
}

/** The user's sessions and API tokens go too. */
export async function deleteUser(db: Pool, id: number, setting: string | undefined): Promise<void> {
  await transaction(db, async (client) => {
    const user = await lockUser(client, id)
    const kept = keptBy(user, setting)
    if (kept === 'setting') refuseUnlessHere(kept)
    await client.query('delete from users where id = $1', [id])
    await refuseWithoutAdmin(client)
  })
}

/**
 * One's own password: ends all other sessions.
 *
 * @throws {Refused} 403 `wrong_password`
 */
export async function changePassword(
  db: Pool,
  {
    userId,
    sessionId,
    current,
    password
  }: { userId: number; sessionId: number | undefined; current: string; password: string },
  setting: string | undefined
): Promise<void> {
  const { rows } = await db.query<Row>(ONE, [userId])
  const [user] = rows
  if (!user) throw unknown(userId)
  refuseUnlessHere(keptBy(user, setting))
  if (!(await verifyPassword(current, user.password))) {
    throw new Refused(
      { reason: 'wrong_password', username: user.username },
      ...[403, 'wrong_password', 'this is not your present password', { path: '/current' }]
    )
  }
  const hash = await hashPassword(password)
  await transaction(db, (client) => putPassword(client, userId, hash, sessionId))
}

async function putPassword(client: PoolClient, id: number, hash: string, session?: number): Promise<void> {
  await client.query('update users set password = $2 where id = $1', [id, hash])
  await client.query('delete from sessions where user_id = $1 and id is distinct from $2', [
    id,
    session ?? null
  ])
}

async function lockUser(client: PoolClient, id: number): Promise<Row> {
  // Two admins who demote each other at once take turns.
  await client.query('lock table users in share row exclusive mode')
  const { rows } = await client.query<Row>(ONE, [id])
  if (!rows[0]) throw unknown(id)
  return rows[0]
}

async function refuseWithoutAdmin(client: PoolClient): Promise<void> {
  const { rows } = await client.query("select from users where role = 'admin' limit 1")
  if (rows.length > 0) return
  throw new ServiceError(409, 'last_admin', 'this is the only admin; make another one first')
}

const unknown = (id: number) => new ServiceError(404, 'user_unknown', `there is no user ${id}`)
