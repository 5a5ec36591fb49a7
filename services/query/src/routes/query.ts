/** `GET /api/v1/query`: samples in time buckets, what every chart is drawn from. */
import { ACROSS, AGGREGATES, Problem, QueryAnswer } from '@miniobserv/protocol'
import { type App, type Deps, parseTime, ServiceError, TimeText } from '@miniobserv/service'
import Type, { type Static } from 'typebox'
import { type Question, writeAnswer } from '../answer.ts'
import type { QuerySettings } from '../config.ts'
import type { LabelFilter } from '../groups.ts'
import { HostsParameter } from '../host-ids.ts'
import { asked } from '../question.ts'
import { givenStep } from '../step.ts'
import { JSON_TYPE } from '../stream.ts'

const HOUR = 3_600_000

/** Without `to`, what is stamped a little ahead of our clock is shown too. */
const AHEAD = 600_000

const One = (what: string) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: `Only so many lines: ${what}` }))

const Parameters = Type.Object(
  {
    metric: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      maxItems: 20,
      description: 'For example system.cpu.utilization; may stand there several times'
    }),
    host: HostsParameter,
    from: TimeText('The first time, -1h if missing'),
    to: TimeText('The time after the last, now if missing'),
    step: Type.String({
      default: 'auto',
      description: 'The width of a bucket: 60s, 5m, or auto for about 300 of them, fewer for many lines'
    }),
    agg: Type.Enum([...AGGREGATES], {
      default: 'avg',
      description:
        'How the samples of a bucket become one value; last and percentiles need a range whose samples are kept'
    }),
    by: Type.Optional(
      Type.String({ description: 'What to keep apart, comma-separated: host, or names of labels' })
    ),
    across: Type.Optional(
      Type.Enum([...ACROSS], {
        description:
          'How series that by does not keep apart become one line, each after agg; if missing, agg takes all their samples together'
      })
    ),
    topk: One('those with the greatest mean'),
    bottomk: One('those with the least mean')
  },
  {
    additionalProperties: Type.Union([Type.String(), Type.Array(Type.String())]),
    description:
      'Any further parameter is a label that must have this value, or one of these; values with * and ? are patterns, a leading ! leaves out'
  }
)
type Parameters = Static<typeof Parameters>

export function queryRoute(app: App, deps: Deps<QuerySettings>): void {
  const schema = {
    summary: 'Samples in time buckets',
    tags: ['read'],
    security: [{ session: [] }],
    querystring: Parameters,
    response: { 200: QueryAnswer, '4xx': Problem }
  }
  app.get('/api/v1/query', { schema }, async ({ query }, reply) => {
    const question = readQuestion(query, deps)
    const text = await asked(deps, reply, (db, send) => writeAnswer(db, question, deps.settings, send))
    return reply.type(JSON_TYPE).send(text as never) // already written, as the schema says
  })
}

/** All that can be wrong with a question before the database is asked. */
function readQuestion(parameters: Parameters, { now }: Deps<QuerySettings>): Question {
  const {
    metric,
    host,
    from: fromText,
    to: toText,
    step,
    agg,
    by,
    across,
    topk,
    bottomk,
    ...labels
  } = parameters
  const time = now()
  const from = parseTime(fromText ?? '-1h', 'from', time)
  const to = toText === undefined ? time + AHEAD : parseTime(toText, 'to', time)
  if (from >= to) throw new ServiceError(400, 'invalid_range', 'from must lie before to', { path: 'from' })
  if (topk && bottomk) {
    throw new ServiceError(400, 'invalid_request', 'topk and bottomk exclude each other', { path: 'bottomk' })
  }
  const lines = topk ?? bottomk
  return {
    ...{ metrics: [...new Set(metric)], host, labels: labels as LabelFilter, agg, by, across },
    ...{ now: time, from, to, given: givenStep(step) },
    shown: Math.min(to, Math.max(time, from + HOUR)) - from,
    only: lines === undefined ? undefined : { lines, order: topk ? ('desc' as const) : ('asc' as const) }
  }
}
