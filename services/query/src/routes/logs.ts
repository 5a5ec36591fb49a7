/** `GET /api/v1/logs` and what lies below it: lines that match, what stands around one, counts, and sources. */
import {
  LogContextAnswer,
  LogHistogramAnswer,
  LogSourcesAnswer,
  LogsAnswer,
  Problem
} from '@miniobserv/protocol'
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
import { findContext, placeOf } from '../context.ts'
import { countLines } from '../histogram.ts'
import { findLines } from '../lines.ts'
import { checkRange, type LogQuestion, LogQuestionParameters, readLogQuestion } from '../log-question.ts'
import { askedFor } from '../question.ts'
import { listSources } from '../sources.ts'
import { parseStep } from '../step.ts'

const NIL = '00000000-0000-0000-0000-000000000000'

type PagePlace = [time: number, batch: string, place: number, from: number]
const PAGE_PLACE = ['number', /^[0-9a-f-]{36}$/, 'number', 'number'] as const

const describe = (summary: string) => ({ summary, tags: ['read'], security: [{ session: [] }] })

export function logsRoute(app: App, deps: Deps<QuerySettings>): void {
  const { db, now, settings } = deps
  const readSearch = (query: LogQuestion) => readLogQuestion(deps, query)

  const search = {
    ...describe('Log lines, newest first'),
    querystring: Type.Object({
      ...LogQuestionParameters.properties,
      limit: Limit(100, 1000),
      order: Type.Enum(['newest', 'oldest'], { default: 'newest', description: 'Which lines come first' }),
      cursor: Cursor
    }),
    response: { 200: LogsAnswer, '4xx': Problem, '5xx': Problem }
  }
  app.get('/api/v1/logs', { schema: search }, async ({ query }, reply) => {
    const { limit, cursor } = query
    const { from: asked, to, wanted } = await readSearch(query)
    // The first page settles where the last one ends: "-1h" must not move while someone pages.
    const [lineTime, batch, place, pinned] = cursor ? readCursor<PagePlace>(cursor, PAGE_PLACE) : []
    const from = pinned ?? asked
    checkRange(cursor ? Number.NEGATIVE_INFINITY : from, to)
    const after =
      lineTime === undefined || batch === undefined || place === undefined
        ? undefined
        : ([lineTime, batch, place] as const)
    const direction = query.order === 'newest' ? 'older' : 'newer'
    const { lines, end } = await askedFor(deps, reply, (reading) =>
      findLines(reading, { ...wanted, from, to, after, limit, direction })
    )
    const newest = placeOf((direction === 'older' ? lines[0] : lines.at(-1))?.id ?? '')
    const head = newest ?? (direction === 'newer' && after ? after : ([from, NIL, 0] as const))
    return { lines, next: end && writeCursor([...end, from]), newer: writeCursor([...head, from]) }
  })

  const context = {
    ...describe('The lines around one line, in the order in which they were written'),
    querystring: Type.Object({
      id: Type.String({ maxLength: 100, description: 'The id of a line' }),
      before: Type.Integer({ default: 20, minimum: 0, maximum: 500, description: 'Lines before it' }),
      after: Type.Integer({ default: 20, minimum: 0, maximum: 500, description: 'Lines after it' }),
      sources: Type.Enum(['same', 'all'], {
        default: 'same',
        description: 'Of the same source, or of all of its host'
      })
    }),
    response: { 200: LogContextAnswer, '4xx': Problem, '5xx': Problem }
  }
  app.get('/api/v1/logs/context', { schema: context }, async ({ query }, reply) => {
    const { id, before, after, sources } = query
    const place = placeOf(id)
    const found =
      place &&
      (await askedFor(deps, reply, (reading) =>
        findContext(reading, { place, before, after, sameSource: sources === 'same' })
      ))
    if (found) return found
    throw new ServiceError(404, 'line_unknown', 'there is no line of this id, or no longer', { path: 'id' })
  })

  const histogram = {
    ...describe('Lines by level over time, and how many there are'),
    querystring: Type.Object({
      ...LogQuestionParameters.properties,
      step: Type.String({
        default: 'auto',
        description: 'The width of a bucket: 60s, 5m, or auto for about 300'
      })
    }),
    response: { 200: LogHistogramAnswer, '4xx': Problem, '5xx': Problem }
  }
  app.get('/api/v1/logs/histogram', { schema: histogram }, async ({ query }, reply) => {
    const { time, from, to, wanted } = await readSearch(query)
    checkRange(from, to)
    const step = parseStep(query.step, from, Math.min(to, Math.max(time, from + 1)))
    if ((to - from) / step > settings.MAX_BUCKETS) {
      const detail = `this range has more than ${settings.MAX_BUCKETS} buckets of this step; widen the step`
      throw new ServiceError(400, 'too_many_buckets', detail, { path: 'step' })
    }
    const exactFor = settings.QUERY_TIMEOUT / 10
    const counted = await askedFor(deps, reply, (reading) =>
      countLines(reading, { ...wanted, from, to, step, exactFor })
    )
    return { step, ...counted }
  })

  const sources = {
    ...describe('Which sources of log lines each host has'),
    querystring: Type.Object({
      host: Many(Type.String(), 'Only this host; may stand there several times'),
      from: TimeText('Only those with lines since then, -14d if missing'),
      limit: Limit(1000, 10_000),
      cursor: Cursor
    }),
    response: { 200: LogSourcesAnswer, '4xx': Problem }
  }
  app.get('/api/v1/logs/sources', { schema: sources }, async ({ query }) => {
    const { host, limit, cursor } = query
    const after = cursor ? readCursor<[string, string]>(cursor, ['string', 'string']) : undefined
    const since = parseTime(query.from ?? '-14d', 'from', now())
    const { found, end } = await listSources(db, { hosts: host, since, after, limit })
    return { sources: found, next: end && writeCursor(end) }
  })
}
