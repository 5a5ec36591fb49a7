/** `GET /api/v1/live/…`: log lines and samples as they come, as server-sent events. */
import type { Access } from '@miniobserv/access'
import { parseSearch } from '@miniobserv/log-search'
import { LEVELS, Problem } from '@miniobserv/protocol'
import { type App, type Deps, Many, ServiceError } from '@miniobserv/service'
import { STREAMS } from '@miniobserv/stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { QuerySettings } from '../config.ts'
import type { LabelFilter } from '../groups.ts'
import { type Channel, type Gathering, openChannel } from '../live/channel.ts'
import { type Follower, followStream } from '../live/follower.ts'
import { gatherLines } from '../live/gathered-lines.ts'
import { gatherSamples } from '../live/gathered-samples.ts'
import { readLines } from '../live/lines.ts'
import { isPosition } from '../live/position.ts'
import { frameReader } from '../live/samples.ts'

/** How long lines and samples are gathered for one event, ms: nobody sees a difference, and a browser draws less often. */
const EVERY = { lines: 100, samples: 1_000 }
/** Of one process; each costs what it is sent. */
const MOST_CHANNELS = 1_000

const After = Type.Optional(
  Type.String({
    description: 'The id of the last event that was seen; the header Last-Event-ID says the same'
  })
)

const events = (summary: string, description: string) => ({
  summary,
  description:
    `${description} Events \`reset\`: nothing came before, or what came may have a hole; load what is stored, what ` +
    'follows joins on to it. `beat`: nothing else was sent for ten seconds. `end`: the session has ended.',
  tags: ['read'],
  produces: ['text/event-stream'],
  response: { '4xx': Problem, '5xx': Problem }
})

export function liveRoutes(app: App, deps: Deps<QuerySettings>, access: Access): void {
  const { redis, blockingRedis, now, log, settings } = deps
  const source = { redis, limit: settings.MAX_UNPACKED }
  const onError = (error: Error) => log.warn({ err: error }, 'live views: reading a stream failed; going on')
  const lines = followStream({
    ...{ stream: STREAMS.logs, now, onError, open: () => blockingRedis('live-logs') },
    decode: (batch) => readLines(source, batch)
  })
  const frames = followStream({
    ...{ stream: STREAMS.metrics, now, onError, open: () => blockingRedis('live-metrics') },
    decode: frameReader(source)
  })

  const channels = new Set<Channel>()
  app.addHook('preClose', async () => {
    for (const channel of channels) channel.close()
  })
  app.addHook('onClose', async () => {
    await Promise.all([lines.stop(), frames.stop()])
  })

  function send<T>(
    request: FastifyRequest<{ Querystring: { after?: string } }>,
    reply: FastifyReply,
    follower: Follower<T>,
    gathering: Gathering<T>,
    every: number
  ) {
    if (channels.size >= MOST_CHANNELS) {
      const detail = `this process serves ${MOST_CHANNELS} live views already`
      throw new ServiceError(503, 'too_many_live_views', detail, { retryAfter: 10 })
    }
    const after = request.headers['last-event-id'] ?? request.query.after
    const channel = openChannel({
      ...{ follower, gathering, every },
      after: typeof after === 'string' && isPosition(after) ? after : undefined,
      allowed: () => access.still(request)
    })
    channels.add(channel)
    channel.body.once('close', () => channels.delete(channel))
    return reply
      .type('text/event-stream')
      .header('cache-control', 'no-store, no-transform')
      .header('x-accel-buffering', 'no') // nginx
      .send(channel.body as never) // events, as the description says
  }

  const logs = {
    ...events(
      'Log lines as they come',
      'Event `lines`, with `lines` as /api/v1/logs gives them: those that fit the same search.'
    ),
    querystring: Type.Object({
      q: Type.String({ default: '', maxLength: 1000, description: 'As for /api/v1/logs' }),
      host: Many(Type.String(), 'Only this host; may stand there several times'),
      source: Many(Type.String(), 'Only this source; may stand there several times'),
      level: Many(Type.Enum([...LEVELS]), 'Only this level; may stand there several times'),
      after: After
    })
  }
  app.get('/api/v1/live/logs', { schema: logs, compress: false }, async (request, reply) => {
    const { q, host, source, level } = request.query
    const terms = parseSearch(q)
    const gathering = gatherLines({ terms, hosts: host, sources: source, levels: level })
    return send(request, reply, lines, gathering, EVERY.lines)
  })

  const metrics = {
    ...events(
      'Samples as they come',
      'Event `samples`, once a second: `series` with `metric`, `unit`, `labels` and `values`, which are ' +
        '`[host, time, value]`, the newest of each host that sent something.'
    ),
    querystring: Type.Object(
      {
        metric: Type.Array(Type.String({ minLength: 1 }), {
          ...{ minItems: 1, maxItems: 50 },
          description: 'For example system.cpu.utilization; may stand there several times'
        }),
        host: Many(Type.String(), 'Only this host; may stand there several times'),
        after: After
      },
      {
        additionalProperties: Type.Union([Type.String(), Type.Array(Type.String())]),
        description: 'Any further parameter is a label that must have this value, or one of these'
      }
    )
  }
  app.get('/api/v1/live/metrics', { schema: metrics, compress: false }, async (request, reply) => {
    const { metric, host, after: _, ...labels } = request.query
    const question = { metrics: metric, hosts: host, labels: labels as LabelFilter, now }
    return send(request, reply, frames, gatherSamples(question), EVERY.samples)
  })
}
