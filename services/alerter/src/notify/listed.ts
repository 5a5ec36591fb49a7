/** The log of messages, the newest first, page by page. */
import type { Pool } from '@miniobserv/db'
import type { Notification, NotificationsAnswer } from '@miniobserv/protocol'
import { readCursor, writeCursor } from '@miniobserv/service'

const COLUMNS = `
  id, position, at, kind, rule, severity, channel, state, attempts, sent_at, error,
  jsonb_array_length(message -> 'alerts') as alerts`

const PAGE = `
  select ${COLUMNS} from notifications
  where ($1::bigint is null or position < $1) and ($2::int[] is null or channel_id = any($2))
    and ($3::text[] is null or rule = any($3)) and ($4::text[] is null or state = any($4))
  order by position desc limit $5`

interface Row extends Omit<Notification, 'at' | 'sentAt'> {
  position: number
  at: Date
  sent_at: Date | null
}

export interface NotificationFilter {
  /** Ids. */
  channels: readonly number[] | undefined
  rules: readonly string[] | undefined
  states: readonly Notification['state'][] | undefined
}

/** @throws {ServiceError} 400 `invalid_cursor` */
export async function listNotifications(
  db: Pool,
  { channels, rules, states }: NotificationFilter,
  limit: number,
  cursor: string | undefined
): Promise<NotificationsAnswer> {
  const [before] = cursor ? readCursor<[number]>(cursor, ['number']) : [null]
  const { rows } = await db.query<Row>(PAGE, [
    ...[before, channels ?? null, rules ?? null, states ?? null],
    limit + 1
  ])
  const page = rows.slice(0, limit)
  return {
    notifications: page.map(shown),
    next: rows.length > limit ? writeCursor([page.at(-1)?.position]) : null
  }
}

/** @returns undefined where there is none */
export async function findNotification(db: Pool, id: string): Promise<Notification | undefined> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from notifications where id = $1`, [id])
  return rows[0] && shown(rows[0])
}

const shown = ({ position: _, at, sent_at, ...row }: Row): Notification => ({
  ...{ ...row, at: at.getTime(), sentAt: sent_at?.getTime() ?? null }
})
