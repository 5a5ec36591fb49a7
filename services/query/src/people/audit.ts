/** Who changed what, and who could not sign in, the newest first, page by page; and for how long it is kept. */
import type { Pool } from '@miniobserv/db'
import type { AuditAnswer } from '@miniobserv/protocol'
import { readCursor, writeCursor } from '@miniobserv/service'

const PAGE = `
  select id, at, username, token, method, route, path, status, address, body, reason, times, last_at from audit
  where ($1::timestamptz is null or (at, id) < ($1, $2::bigint)) and ($3::text is null or lower(username) = lower($3))
    and ($4::timestamptz is null or at >= $4) and ($5::timestamptz is null or at < $5)
  order by at desc, id desc limit $6`

export interface AuditFilter {
  username: string | undefined
  /** Epoch ms, inclusive. */
  from: number | undefined
  /** Epoch ms, exclusive. */
  to: number | undefined
}

/** @throws {ServiceError} 400 `invalid_cursor` */
export async function readAudit(
  db: Pool,
  { username, from, to }: AuditFilter,
  limit: number,
  cursor: string | undefined
): Promise<AuditAnswer> {
  const [time, id] = cursor
    ? readCursor<[string, number]>(cursor, [/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'number'])
    : [null, null]
  const when = (ms: number | undefined) => (ms === undefined ? null : new Date(ms))
  const { rows } = await db.query(PAGE, [time, id, username ?? null, when(from), when(to), limit + 1])
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    entries: page.map(({ at, reason, times, last_at, ...entry }) => ({
      ...{ ...entry, at: at.getTime() },
      refused: reason === null ? null : { reason, times, last: last_at.getTime() }
    })),
    next: rows.length > limit ? writeCursor([last.at.toISOString(), last.id]) : null
  }
}

/** @param before epoch ms */
export async function dropAudit(db: Pool, before: number): Promise<void> {
  await db.query('delete from audit where at < $1', [new Date(before)])
}
