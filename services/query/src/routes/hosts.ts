/** `/api/v1/hosts`: who sends, and who has stopped; and taking those that are no more off the list. */
import { HostLabelsAnswer, HostNames, HostsAnswer, Problem, RemovalAnswer } from '@miniobserv/protocol'
import { type App, Cursor, type Deps, Limit, readCursor, writeCursor } from '@miniobserv/service'
import Type from 'typebox'
import type { QuerySettings } from '../config.ts'
import { HostsParameter, hostIds } from '../host-ids.ts'
import { removeHosts, restoreHosts } from '../removed-hosts.ts'

const PAGE = `
  select name, labels, info, clock_offset_ms, extract(epoch from twins_seen) * 1000 as twins_seen,
         extract(epoch from first_seen) * 1000 as first_seen, extract(epoch from last_seen) * 1000 as last_seen
  from hosts
  where present and name > $1 and ($2 = '' or name ilike '%' || $2 || '%')
    and ($4::int[] is null or id = any($4))
  order by name
  limit $3`

const LABELS = `
  select part.key as name, part.value, count(*)::int as hosts
  from hosts, jsonb_each_text(labels) part
  where present and ($1 = '' or part.key || '=' || part.value ilike '%' || $1 || '%')
  group by part.key, part.value
  order by hosts desc, name, part.value
  limit $2`

const escaped = (part: string): string => part.replace(/[\\%_]/g, '\\$&')

export function hostsRoute(app: App, { db, settings, now }: Deps<QuerySettings>): void {
  const schema = {
    summary: 'Hosts, by name',
    tags: ['read'],
    security: [{ session: [] }],
    querystring: Type.Object({
      q: Type.String({ default: '', description: 'Part of the name' }),
      host: HostsParameter,
      limit: Limit(1000, 10_000),
      cursor: Cursor
    }),
    response: { 200: HostsAnswer, '4xx': Problem }
  }
  app.get('/api/v1/hosts', { schema }, async ({ query }) => {
    const [after] = query.cursor ? readCursor<[string]>(query.cursor, ['string']) : ['']
    const only = await hostIds(db, query.host)
    const { rows } = await db.query(PAGE, [after, escaped(query.q), query.limit + 1, only])
    const page = rows.slice(0, query.limit)
    const downBefore = now() - settings.HOST_DOWN_AFTER
    return {
      hosts: page.map(({ name, labels, info, first_seen, last_seen, clock_offset_ms, twins_seen }) => ({
        name,
        status: Number(last_seen) < downBefore ? ('down' as const) : ('up' as const),
        firstSeen: Math.round(first_seen),
        lastSeen: Math.round(last_seen),
        clockOffset: clock_offset_ms,
        twinsSeen: twins_seen === null ? null : Math.round(twins_seen),
        labels,
        info
      })),
      next: rows.length > page.length ? writeCursor([page.at(-1)?.name]) : null
    }
  })

  const labels = {
    summary: 'Labels of hosts, those of most hosts first',
    tags: ['read'],
    security: [{ session: [] }],
    querystring: Type.Object({
      q: Type.String({ default: '', description: 'Part of name=value' }),
      limit: Limit(100, 1_000)
    }),
    response: { 200: HostLabelsAnswer, '4xx': Problem }
  }
  app.get('/api/v1/hosts/labels', { schema: labels }, async ({ query: { q, limit } }) => {
    const { rows } = await db.query(LABELS, [escaped(q), limit])
    return { labels: rows }
  })

  const about = { tags: ['hosts'], security: [{ session: [] }], body: HostNames }
  app.post(
    '/api/v1/hosts/remove',
    {
      schema: {
        ...{ ...about, summary: 'Take hosts that are down off the list, until they send again' },
        response: { 200: RemovalAnswer, '4xx': Problem }
      }
    },
    ({ body }) => {
      const time = now()
      return removeHosts(db, body.hosts, { now: time, downBefore: time - settings.HOST_DOWN_AFTER })
    }
  )
  app.post(
    '/api/v1/hosts/restore',
    {
      schema: {
        ...{ ...about, summary: 'Put removed hosts back on the list' },
        response: { 204: Type.Null(), '4xx': Problem }
      }
    },
    async ({ body }, reply) => {
      await restoreHosts(db, body.hosts)
      return reply.code(204).send(null)
    }
  )
}
