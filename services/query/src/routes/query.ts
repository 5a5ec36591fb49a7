/** `GET /api/v1/query`: samples in time buckets, what every chart is drawn from. */
import { AGGREGATES, type Aggregate, Problem, QueryAnswer } from '@miniobserv/protocol'
import { type App, type Deps, Many, parseTime, ServiceError, TimeText } from '@miniobserv/service'
import Type from 'typebox'
import { bucketsOf } from '../buckets.ts'
import type { QuerySettings } from '../config.ts'
import { findSeries, groupSeries } from '../groups.ts'
import { hostIds } from '../host-ids.ts'
import { parseStep } from '../step.ts'

const HOUR = 3_600_000

/** Without `to`, what is stamped a little ahead of our clock is shown too. */
const AHEAD = 600_000

const Parameters = Type.Object(
  {
    metric: Type.String({ minLength: 1, description: 'For example system.cpu.utilization' }),
    host: Many(Type.String(), 'Only this host; may stand there several times'),
    from: TimeText('The first time, -1h if missing'),
    to: TimeText('The time after the last, now if missing'),
    step: Type.String({
      default: 'auto',
      description: 'The width of a bucket: 60s, 5m, or auto for about 300 of them'
    }),
    agg: Type.Enum([...AGGREGATES], {
      default: 'avg',
      description: 'How all samples of a bucket, of all series that by puts together, become one value'
    }),
    by: Type.Optional(
      Type.String({ description: 'What to keep apart, comma-separated: host, or names of labels' })
    )
  },
  {
    additionalProperties: Type.Union([Type.String(), Type.Array(Type.String())]),
    description: 'Any further parameter is a label that must have this value, or one of these'
  }
)

export function queryRoute(app: App, { db, settings, now }: Deps<QuerySettings>): void {
  const schema = {
    summary: 'Samples in time buckets',
    tags: ['read'],
    security: [{ session: [] }],
    querystring: Parameters,
    response: { 200: QueryAnswer, '4xx': Problem }
  }
  app.get('/api/v1/query', { schema }, async ({ query }) => {
    const { metric, host, from: fromText, to: toText, step: stepText, agg, by, ...labels } = query
    const time = now()
    const from = parseTime(fromText ?? '-1h', 'from', time)
    const to = toText === undefined ? time + AHEAD : parseTime(toText, 'to', time)
    if (from >= to) throw new ServiceError(400, 'invalid_range', 'from must lie before to', { path: 'from' })
    const step = parseStep(stepText, from, Math.min(to, Math.max(time, from + HOUR)))
    if ((to - from) / step > settings.MAX_BUCKETS) {
      const detail = `this range has more than ${settings.MAX_BUCKETS} buckets of this step; widen the step`
      throw new ServiceError(400, 'too_many_buckets', detail, { path: 'step' })
    }

    const found = await findSeries(db, metric, labels as Record<string, string | string[]>)
    const { groups, keepHost } = groupSeries(found, by)
    const hosts = await hostIds(db, host)
    const series = await bucketsOf(db, {
      ...{ groups, keepHost, hosts, from, to, step },
      agg: agg as Aggregate,
      most: settings.MAX_ANSWER
    })
    return { step, resolution: 'raw' as const, unit: agg === 'count' ? '1' : (found[0]?.unit ?? ''), series }
  })
}
