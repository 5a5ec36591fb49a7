/** The first start without ADMIN_PASSWORD: the first admin is made at the page, with a code from the server's log. */
import { timingSafeEqual } from 'node:crypto'
import { setUpCode } from '@miniobserv/auth'
import { type Pool, transaction } from '@miniobserv/db'
import type { SetUpRequest } from '@miniobserv/protocol'
import { type Deps, ServiceError } from '@miniobserv/service'
import type { QuerySettings } from '../config.ts'
import { Refused } from './refused.ts'
import { createUser } from './users.ts'

export async function needsSetUp(db: Pool): Promise<boolean> {
  const { rows } = await db.query("select from users where role = 'admin' limit 1")
  return rows.length === 0
}

/** Says the code in the log while it is good for something. */
export async function announceSetUp({ db, settings, log }: Deps<QuerySettings>): Promise<void> {
  if (!(await needsSetUp(db))) return
  log.warn(
    `there is no admin yet: open the page and make one with the set-up code ${setUpCode(settings.SESSION_SECRET)}`
  )
}

/** @throws {Refused} 403 `wrong_code`  @throws {ServiceError} 409 `set_up_already` */
export async function setUp(
  { db, settings, now }: Deps<QuerySettings>,
  { code, username, password }: SetUpRequest
) {
  if (!sameCode(code, setUpCode(settings.SESSION_SECRET))) {
    const detail =
      'this is not the set-up code; the log of the server says it, in a line with "there is no admin yet"'
    throw new Refused({ reason: 'wrong_code', username }, 403, 'wrong_code', detail, { path: '/code' })
  }
  return transaction(db, async (client) => {
    // Of two who come at once, the second finds the first one's user.
    await client.query('lock table users in share row exclusive mode')
    const { rows } = await client.query("select from users where role = 'admin' limit 1")
    if (rows.length > 0) {
      throw new ServiceError(
        409,
        'set_up_already',
        'there is an admin already: sign in, or ask them for a user'
      )
    }
    return createUser(client, { username, password, role: 'admin' }, now())
  })
}

/** However it was copied. */
function sameCode(given: string, right: string): boolean {
  const bare = (text: string) => Buffer.from(text.toLowerCase().replace(/[^a-z\d]/g, ''))
  const [a, b] = [bare(given), bare(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
