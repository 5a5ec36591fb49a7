/** `GET /api/v1/series`: what can be asked for. */
import { Problem, SeriesAnswer } from '@miniobserv/protocol'
import { type App, Cursor, type Deps, Limit, Many, readCursor, writeCursor } from '@miniobserv/service'
import Type from 'typebox'
import type { QuerySettings } from '../config.ts'
import { hostIds } from '../host-ids.ts'

// A host's series are those of the layouts of its latest day: the key answers that without touching a frame's values.
const PAGE = `
  select s.id, s.name, s.labels, s.unit
  from series s
  where (s.name, s.id) > ($1, $2) and ($3::text[] is null or s.name = any($3))
    and ($4::int[] is null or s.id in (
      select unnest(l.series_ids) from layouts l
      where l.id in (
        select f.layout_id from frames f
        where f.host_id = any($4)
          and f.time > (select max(last_seen) from hosts where id = any($4)) - interval '1 day'
      )
    ))
  order by s.name, s.id
  limit $5`

export function seriesRoute(app: App, { db }: Deps<QuerySettings>): void {
  const schema = {
    summary: 'Series: names, labels and units',
    tags: ['read'],
    security: [{ session: [] }],
    querystring: Type.Object({
      metric: Many(Type.String(), 'Only series of this name'),
      host: Many(Type.String(), 'Only series that this host sent in its last day'),
      limit: Limit(1000, 10_000),
      cursor: Cursor
    }),
    response: { 200: SeriesAnswer, '4xx': Problem }
  }
  app.get('/api/v1/series', { schema }, async ({ query }) => {
    const { metric, host, limit, cursor } = query
    const [name, id] = cursor ? readCursor<[string, number]>(cursor, ['string', 'number']) : ['', 0]
    const { rows } = await db.query(PAGE, [
      name,
      id,
      metric ?? null,
      (await hostIds(db, host)) ?? null,
      limit + 1
    ])
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      series: page.map(({ name, labels, unit }) => ({ name, labels, unit })),
      next: rows.length > page.length ? writeCursor([last.name, last.id]) : null
    }
  })
}
