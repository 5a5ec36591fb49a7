/** The user that belongs to what a provider vouches for: made at the first sign-in, with the provider's role at each. */
import { type Pool, transaction } from '@miniobserv/db'
import { ProviderError, type Vouched } from './provider.ts'
import type { User } from './sign-in.ts'

/**
 * Known by issuer and subject; a name alone, which people may choose at the provider, makes nobody a user who was there
 * before.
 *
 * @throws {ProviderError} `username_taken`
 */
export async function vouchedUser(
  db: Pool,
  { issuer, subject, username, role }: Vouched,
  now: number
): Promise<User> {
  return transaction(db, async (client) => {
    const known = await client.query<User>(
      'update users set role = $3 where issuer = $1 and subject = $2 returning id, username, role, issuer',
      [issuer, subject, role]
    )
    if (known.rows[0]) return known.rows[0]
    const made = await client.query<User>(
      `insert into users (username, role, issuer, subject, created_at) values ($1, $2, $3, $4, $5)
       on conflict (lower(username)) do nothing returning id, username, role, issuer`,
      [username, role, issuer, subject, new Date(now)]
    )
    if (made.rows[0]) return made.rows[0]
    throw new ProviderError('username_taken', `another user is called ${username}`, { username })
  })
}
