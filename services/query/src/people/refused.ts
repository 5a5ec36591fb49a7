/** Somebody could not sign in: what they are told, and what the audit log is told beyond that. */
import type { RefusedReason } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'

export class Refused extends ServiceError {
  readonly reason: RefusedReason
  /** Who was tried; empty where nobody knows. */
  readonly username: string

  /** @param told as of ServiceError: status, code, detail, extra */
  constructor(
    { reason, username }: { reason: RefusedReason; username: string },
    ...told: ConstructorParameters<typeof ServiceError>
  ) {
    super(...told)
    this.reason = reason
    this.username = username
  }
}
