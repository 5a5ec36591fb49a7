/** `POST /api/v1/logs`: a log line enters the system here. */
import { LogsAccepted, LogsBatch, Problem } from '@miniobserv/protocol'
import { type App, ServiceError } from '@miniobserv/service'
import { STREAMS } from '@miniobserv/stream'
import { Compile } from 'typebox/compile'
import { checkShape, checkTime, parseBody } from '../body.ts'
import { enqueue, type Gateway } from '../gateway.ts'
import { checkHost, encodingOf } from '../request.ts'

const shape = Compile(LogsBatch)

export function logsRoute(app: App, gateway: Gateway): void {
  const { settings, counters, now } = gateway
  const schema = {
    summary: "Take a batch of one host's log lines",
    tags: ['ingest'],
    security: [{ agent: [] }],
    body: LogsBatch,
    response: { 202: LogsAccepted, '4xx': Problem, '5xx': Problem }
  }

  app.post('/api/v1/logs', { schema, validatorCompiler: () => () => true }, async (request, reply) => {
    const body = await parseBody(
      encodingOf(request),
      request.body as unknown as Buffer,
      settings.MAX_UNPACKED
    )
    checkShape<LogsBatch>(shape, body)
    checkHost(request, body.host)
    checkLines(body.lines, gateway)
    if (body.lines.length > 0) {
      await enqueue(gateway, request, STREAMS.logs, body)
      counters.lines.inc(body.lines.length)
    }
    return reply.code(202).send({ accepted: body.lines.length, now: now() })
  })
}

/** Deeper nesting would only meet somebody else's limit later, after the line was accepted. */
const MAX_DEPTH = 20

const deeper = (value: unknown, depth: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (depth === 0 || Object.values(value).some((member) => deeper(member, depth - 1)))

function checkLines(lines: LogsBatch['lines'], { settings, now: clock }: Gateway): void {
  const { MAX_LINES, MAX_LINE, MAX_AHEAD, MAX_PAST } = settings
  if (lines.length > MAX_LINES) {
    const detail = `a batch may hold ${MAX_LINES} lines; this one has ${lines.length}`
    throw new ServiceError(413, 'too_many_lines', detail, { path: '/lines' })
  }
  const now = clock()
  for (const [i, { time, message, attributes }] of lines.entries()) {
    checkTime(time, () => `/lines/${i}/time`, now, MAX_AHEAD, MAX_PAST)
    // A UTF-16 unit is at most three bytes of UTF-8: only then is counting them worth it.
    if (message.length * 3 > MAX_LINE && Buffer.byteLength(message) > MAX_LINE) {
      const detail = `a message may hold ${MAX_LINE} bytes; cut it before sending`
      throw new ServiceError(413, 'line_too_long', detail, { path: `/lines/${i}/message` })
    }
    if (attributes && deeper(attributes, MAX_DEPTH)) {
      const detail = `attributes may be nested ${MAX_DEPTH} deep`
      throw new ServiceError(422, 'invalid_body', detail, { path: `/lines/${i}/attributes` })
    }
  }
}
