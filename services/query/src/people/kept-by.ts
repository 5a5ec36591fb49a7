/** Where a user's password and role are kept, which decides who may change them where. */
import type { KeptBy } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'
import { ADMIN } from './admin.ts'

/** @param issuer the provider of OpenID Connect that vouches for the user  @param setting `ADMIN_PASSWORD` */
export function keptBy(
  { username, issuer }: { username: string; issuer: string | null },
  setting: string | undefined
): KeptBy {
  if (issuer !== null) return 'provider'
  return setting !== undefined && username.toLowerCase() === ADMIN ? 'setting' : 'here'
}

/** @throws {ServiceError} 409 where it is not kept here */
export function refuseUnlessHere(kept: KeptBy): void {
  if (kept === 'setting') {
    throw new ServiceError(
      409,
      'kept_by_setting',
      'the password of admin is the setting ADMIN_PASSWORD, and holds from each start of the server; change it there'
    )
  }
  if (kept === 'provider') {
    throw new ServiceError(
      409,
      'kept_by_provider',
      'who signs in by OpenID Connect has the password and the role that the provider says; change them there'
    )
  }
}
