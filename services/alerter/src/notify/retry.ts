/** Messages that have failed are put back into the outbox, because a person says so. */
import type { Pool } from '@miniobserv/db'
import { ServiceError } from '@miniobserv/service'

const RETRY = `
  with back as (
    update notifications set state = 'waiting', error = null, first_tried = null, leased_until = null
    where id = any($1) and state = 'failed' and channel_id is not null
    returning channel_id
  ), heard as (
    update channels set failures = 0, paused_until = null where id in (select channel_id from back)
  )
  select from back`

/** Those of them that have failed, and whose channel is still there; it is tried at once. @returns how many */
export async function retryFailed(db: Pool, ids: readonly string[]): Promise<number> {
  const { rowCount } = await db.query(RETRY, [ids])
  return rowCount ?? 0
}

/** @throws {ServiceError} 404 `notification_unknown`, 409 `notification_not_failed` or `channel_gone` */
export async function retryNotification(db: Pool, id: string): Promise<void> {
  if ((await retryFailed(db, [id])) > 0) return
  const { rows } = await db.query<{ state: string }>('select state from notifications where id = $1', [id])
  if (!rows[0]) throw new ServiceError(404, 'notification_unknown', 'there is no such message')
  if (rows[0].state === 'failed') throw new ServiceError(409, 'channel_gone', 'its channel was deleted')
  throw new ServiceError(
    409,
    'notification_not_failed',
    `it is ${rows[0].state}; only failed ones are tried again`
  )
}
