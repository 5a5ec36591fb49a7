/** `POST /api/v1/metrics`: a sample enters the system here. */
import { MetricsAccepted, MetricsBatch, Problem } from '@miniobserv/protocol'
import { type App, ServiceError } from '@miniobserv/service'
import { STREAMS } from '@miniobserv/stream'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { checkShape, checkTime, parseBody } from '../body.ts'
import { columnsOf } from '../columns.ts'
import { enqueue, type Gateway } from '../gateway.ts'
import { checkHost, encodingOf } from '../request.ts'

/** All of the batch but its points, which are checked by hand: they are nearly all of the work. */
const envelope = Compile(Type.Object({ ...MetricsBatch.properties, points: Type.Array(Type.Unknown()) }))

export function metricsRoute(app: App, gateway: Gateway): void {
  const { settings, layouts, counters, now } = gateway
  const schema = {
    summary: "Take a batch of one host's samples",
    tags: ['ingest'],
    security: [{ agent: [] }],
    body: MetricsBatch,
    response: { 202: MetricsAccepted, '4xx': Problem, '5xx': Problem }
  }

  app.post('/api/v1/metrics', { schema, validatorCompiler: () => () => true }, async (request, reply) => {
    const body = await parseBody(
      encodingOf(request),
      request.body as unknown as Buffer,
      settings.MAX_UNPACKED
    )
    checkShape<MetricsBatch>(envelope, body)
    checkHost(request, body.host)
    const { hash, width, fresh } = await columnsOf(body, gateway)
    const accepted = checkPoints(body.points, width, gateway)
    if (body.points.length > 0) {
      await enqueue(gateway, request, STREAMS.metrics, body, fresh)
      if (fresh) layouts.remember(fresh, width, now())
      counters.samples.inc(accepted)
    }
    return reply.code(202).send({ accepted, layout: hash, now: now() })
  })
}

/** @returns how many values are not null */
function checkPoints(points: readonly unknown[], width: number, { settings, now: clock }: Gateway): number {
  const { MAX_POINTS, MAX_AHEAD, MAX_PAST } = settings
  if (points.length > MAX_POINTS) {
    const detail = `a batch may hold ${MAX_POINTS} points; this one has ${points.length}`
    throw new ServiceError(413, 'too_many_points', detail, { path: '/points' })
  }
  const now = clock()
  const times = points.length > 1 ? new Set<number>() : undefined
  let accepted = 0
  for (let i = 0; i < points.length; i++) {
    const point = points[i]
    if (!Array.isArray(point) || point.length !== width + 1) {
      const found = Array.isArray(point) ? `${point.length - 1} values` : 'no array'
      const detail = `a point is [time, ${width} values in the order of the series]; this one has ${found}`
      throw new ServiceError(422, 'column_count', detail, { path: `/points/${i}` })
    }
    checkTime(point[0], () => `/points/${i}/0`, now, MAX_AHEAD, MAX_PAST)
    if (times && times.add(point[0]).size <= i) {
      const detail = 'another point of this batch has the same time; only one of the two could be stored'
      throw new ServiceError(422, 'duplicate_time', detail, { path: `/points/${i}/0` })
    }
    for (let column = 1; column <= width; column++) {
      const value = point[column]
      if (value === null) continue
      if (!Number.isFinite(value)) {
        const detail = `a value is a finite number, or null where there is none; this is ${JSON.stringify(value)}`
        throw new ServiceError(422, 'invalid_value', detail, { path: `/points/${i}/${column}` })
      }
      accepted++
    }
  }
  return accepted
}
