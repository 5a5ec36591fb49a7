/** `GET /api/v1/latest`: what every host measured last, for lists and overviews. */
import { latestValues } from '@miniobserv/db'
import { LatestAnswer, Problem } from '@miniobserv/protocol'
import { type App, type Deps, parseDuration, ServiceError } from '@miniobserv/service'
import Type from 'typebox'
import type { QuerySettings } from '../config.ts'
import { findSeries, type LabelFilter } from '../groups.ts'
import { HostsParameter, hostIds } from '../host-ids.ts'
import { asked } from '../question.ts'
import { JSON_TYPE } from '../stream.ts'

/** What is stamped a little ahead of our clock is shown too. */
const AHEAD = 600_000

/** Values that are written at once. */
const SOME = 1_000

const Parameters = Type.Object(
  {
    metric: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      maxItems: 20,
      description: 'For example system.cpu.utilization; may stand there several times'
    }),
    host: HostsParameter,
    within: Type.String({ default: '5m', description: 'How old a value may be, at most 1h' })
  },
  {
    additionalProperties: Type.Union([Type.String(), Type.Array(Type.String())]),
    description: 'Any further parameter is a label that must have this value, or one of these'
  }
)

export function latestRoute(app: App, deps: Deps<QuerySettings>): void {
  const schema = {
    summary: 'The newest value of each host and series',
    tags: ['read'],
    security: [{ session: [] }],
    querystring: Parameters,
    response: { 200: LatestAnswer, '4xx': Problem }
  }
  app.get('/api/v1/latest', { schema }, async ({ query }, reply) => {
    const { metric, host, within, ...labels } = query
    const age = parseDuration(within)
    if (age === undefined || age > 3_600_000) {
      throw new ServiceError(400, 'invalid_duration', 'within takes 30s, 5m and so on, at most 1h', {
        path: 'within'
      })
    }
    const now = deps.now()
    const text = await asked(deps, reply, async (db, send) => {
      const found = await findSeries(db, metric, labels as LabelFilter)
      const rest = new Map(
        found.map(({ id, name, labels, unit }) => [
          id,
          JSON.stringify({ metric: name, unit, labels }).slice(1, -1)
        ])
      )
      const hosts = await hostIds(db, host)
      const values = await latestValues(db, {
        ...{ seriesIds: [...rest.keys()], hosts },
        ...{ from: now - age, to: now + AHEAD }
      })
      await send(`{"now":${now},"values":[`)
      for (let start = 0; start < values.length; start += SOME) {
        const some = values.slice(start, start + SOME)
        const each = some.map(
          ({ host, seriesId, time, value }) =>
            `{"host":${JSON.stringify(host)},${rest.get(seriesId)},"time":${time},"value":${value}}`
        )
        await send((start > 0 ? ',' : '') + each.join(','))
      }
      await send(']}')
    })
    return reply.type(JSON_TYPE).send(text as never) // already written, as the schema says
  })
}
