/** `GET /api/v1/series`, `/metrics` and `/labels`: what can be asked for. */
import { LabelsAnswer, MetricsAnswer, Problem, SeriesAnswer } from '@miniobserv/protocol'
import { type App, Cursor, type Deps, Limit, Many, readCursor, writeCursor } from '@miniobserv/service'
import Type from 'typebox'
import { listLabels, listMetrics, listNames, listSeries } from '../catalogue.ts'
import type { QuerySettings } from '../config.ts'
import type { LabelFilter } from '../groups.ts'
import { hostIds } from '../host-ids.ts'
import { askedFor } from '../question.ts'

const OtherLabels = {
  additionalProperties: Type.Union([Type.String(), Type.Array(Type.String())]),
  description: 'Any further parameter is a label that must have this value, or one of these'
}
const q = Type.String({ default: '', maxLength: 200, description: 'Part of the name' })
const about = { tags: ['read'], security: [{ session: [] }] }

/** Names that one part of a name may stand for. */
const MOST_NAMES = 10_000

export function seriesRoute(app: App, deps: Deps<QuerySettings>): void {
  const series = {
    ...about,
    summary: 'Series: names, labels and units',
    querystring: Type.Object(
      {
        metric: Many(Type.String(), 'Only series of this name; may stand there several times'),
        host: Many(Type.String(), 'Only series that this host sent in its last day'),
        q,
        limit: Limit(1000, 10_000),
        cursor: Cursor
      },
      OtherLabels
    ),
    response: { 200: SeriesAnswer, '4xx': Problem }
  }
  app.get('/api/v1/series', { schema: series }, async ({ query }, reply) => {
    const { metric, host, q, limit, cursor, ...labels } = query
    const after = cursor
      ? readCursor<[string, number]>(cursor, ['string', 'number'])
      : (['', 0] as [string, number])
    return await askedFor(deps, reply, async (db) => {
      const hosts = await hostIds(db, host)
      const named = q === '' ? undefined : await listNames(db, '', q, MOST_NAMES)
      const metrics = metric && named ? metric.filter((name) => named.includes(name)) : (metric ?? named)
      const found = await listSeries(db, {
        ...{ metrics, labels: labels as LabelFilter, hosts, after, limit: limit + 1 }
      })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return {
        series: page.map(({ name, labels, unit }) => ({ name, labels, unit })),
        next: found.length > page.length && last ? writeCursor([last.name, last.id]) : null
      }
    })
  })

  const metrics = {
    ...about,
    summary: 'Names of metrics, with their unit and how many series they have',
    querystring: Type.Object({ q, limit: Limit(1000, 10_000), cursor: Cursor }),
    response: { 200: MetricsAnswer, '4xx': Problem }
  }
  app.get('/api/v1/metrics', { schema: metrics }, async ({ query }, reply) => {
    const [after] = query.cursor ? readCursor<[string]>(query.cursor, ['string']) : ['']
    return await askedFor(deps, reply, async (db) => {
      const found = await listMetrics(db, after, query.q, query.limit + 1)
      const page = found.slice(0, query.limit)
      return { metrics: page, next: found.length > page.length ? writeCursor([page.at(-1)?.name]) : null }
    })
  })

  const labels = {
    ...about,
    summary: 'The labels of a metric, and their values',
    querystring: Type.Object(
      { metric: Type.String({ minLength: 1 }), limit: Limit(1000, 10_000) },
      OtherLabels
    ),
    response: { 200: LabelsAnswer, '4xx': Problem }
  }
  app.get('/api/v1/labels', { schema: labels }, async ({ query }, reply) => {
    const { metric, limit, ...rest } = query
    return await askedFor(deps, reply, async (db) => ({
      labels: await listLabels(db, metric, rest as LabelFilter, limit)
    }))
  })
}
