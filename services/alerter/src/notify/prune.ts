/** The log of messages does not grow for ever. */
import type { Pool } from '@miniobserv/db'

/** How long what was sent, or has failed, is kept, ms. */
const KEEP = 90 * 86_400_000

/** @param now epoch ms @returns how many were deleted */
export async function pruneNotifications(db: Pool, now: number): Promise<number> {
  const { rowCount } = await db.query(`delete from notifications where state <> 'waiting' and at < $1`, [
    new Date(now - KEEP)
  ])
  return rowCount ?? 0
}
