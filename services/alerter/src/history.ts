/** What happened, the newest first, page by page. */
import type { Pool } from '@miniobserv/db'
import type { AlertEvent, HistoryAnswer, Severity } from '@miniobserv/protocol'
import { readCursor, writeCursor } from '@miniobserv/service'

const PAGE = `
  select id, at, rule_id, rule, severity, host, labels, from_state, to_state, value, summary, by_whom
  from alert_events
  where ($1::timestamptz is null or (at, id) < ($1, $2::bigint))
    and ($3::text[] is null or host = any($3)) and ($4::text[] is null or rule = any($4))
    and ($5::text[] is null or severity = any($5))
    and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or at < $7)
  order by at desc, id desc limit $8`

export interface HistoryFilter {
  hosts: readonly string[] | undefined
  rules: readonly string[] | undefined
  severities: readonly Severity[] | undefined
  /** Epoch ms, inclusive. */
  from: number | undefined
  /** Epoch ms, exclusive. */
  to: number | undefined
}

/** @throws {ServiceError} 400 `invalid_cursor` */
export async function readHistory(
  db: Pool,
  { hosts, rules, severities, from, to }: HistoryFilter,
  limit: number,
  cursor: string | undefined
): Promise<HistoryAnswer> {
  const [time, id] = cursor
    ? readCursor<[string, number]>(cursor, [/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'number'])
    : [null, null]
  const when = (ms: number | undefined) => (ms === undefined ? null : new Date(ms))
  const { rows } = await db.query(PAGE, [
    ...[time, id, hosts ?? null, rules ?? null, severities ?? null],
    ...[when(from), when(to), limit + 1]
  ])
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const events = page.map(
    ({ at, rule_id, from_state, to_state, by_whom, ...event }): AlertEvent => ({
      ...{ ...event, at: at.getTime(), ruleId: rule_id },
      ...{ from: from_state, to: to_state, by: by_whom }
    })
  )
  return { events, next: rows.length > limit ? writeCursor([last.at.toISOString(), last.id]) : null }
}
