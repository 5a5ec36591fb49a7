/** `GET /api/v1/logs`: the lines that match, newest first, page by page. */
import { LEVELS, LogsAnswer, Problem } from '@miniobserv/protocol'
import {
  type App,
  Cursor,
  type Deps,
  Limit,
  Many,
  parseTime,
  readCursor,
  ServiceError,
  TimeText,
  writeCursor
} from '@miniobserv/service'
import Type from 'typebox'
import type { QuerySettings } from '../config.ts'
import { hostIds } from '../host-ids.ts'
import { findLines } from '../lines.ts'
import { searchPatterns } from '../search-terms.ts'

/** Without `to`, lines stamped a little ahead of our clock are shown too. */
const AHEAD = 600_000

type PagePlace = [time: number, batch: string, place: number, from: number]
const PAGE_PLACE = ['number', /^[0-9a-f-]{36}$/, 'number', 'number'] as const

export function logsRoute(app: App, { db, now }: Deps<QuerySettings>): void {
  const schema = {
    summary: 'Log lines, newest first',
    tags: ['read'],
    security: [{ session: [] }],
    querystring: Type.Object({
      q: Type.String({
        default: '',
        maxLength: 1000,
        description: 'Words and "phrases" that a line must all hold'
      }),
      host: Many(Type.String(), 'Only this host; may stand there several times'),
      source: Many(
        Type.String(),
        'Only this source, for example /var/log/syslog; may stand there several times'
      ),
      level: Many(Type.Enum([...LEVELS]), 'Only this level; may stand there several times'),
      from: TimeText('The first time, -14d if missing'),
      to: TimeText('The time after the last, now if missing'),
      limit: Limit(100, 1000),
      cursor: Cursor
    }),
    response: { 200: LogsAnswer, '4xx': Problem }
  }
  app.get('/api/v1/logs', { schema }, async ({ query }) => {
    const { q, host, source, level, limit, cursor } = query
    const time = now()
    // The first page settles where the last one ends: "-1h" must not move while someone pages.
    const [lineTime, batch, place, pinned] = cursor ? readCursor<PagePlace>(cursor, PAGE_PLACE) : []
    const from = pinned ?? parseTime(query.from ?? '-14d', 'from', time)
    const to = query.to === undefined ? time + AHEAD : parseTime(query.to, 'to', time)
    if (!cursor && from >= to) {
      throw new ServiceError(400, 'invalid_range', 'from must lie before to', { path: 'from' })
    }
    const after =
      lineTime === undefined || batch === undefined || place === undefined
        ? undefined
        : ([lineTime, batch, place] as const)
    const { lines, end } = await findLines(db, {
      ...{ from, to, after, limit, patterns: searchPatterns(q) },
      ...{ hosts: await hostIds(db, host), sources: source, levels: level }
    })
    return { lines, next: end && writeCursor([...end, from]) }
  })
}
