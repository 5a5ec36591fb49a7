/** What the query service does about people beside answering: the first user, and an audit log that does not grow for ever. */
import type { Deps } from '@miniobserv/service'
import type { QuerySettings } from '../config.ts'
import { settleAdmin } from './admin.ts'
import { dropAudit } from './audit.ts'
import { announceSetUp } from './set-up.ts'

const DAY = 86_400_000

/** @returns stops it */
export async function lookAfterPeople(deps: Deps<QuerySettings>): Promise<() => void> {
  const { db, settings, now, log } = deps
  if (settings.ADMIN_PASSWORD !== undefined) await settleAdmin(db, settings.ADMIN_PASSWORD, now())
  await announceSetUp(deps)
  const forget = () =>
    dropAudit(db, now() - settings.KEEP_AUDIT).catch((error: Error) =>
      log.warn({ err: error }, 'old entries of the audit log could not be dropped; again tomorrow')
    )
  await forget()
  const daily = setInterval(forget, DAY)
  return () => clearInterval(daily)
}
