/** `/api/v1/rules/preview`: what a rule would have done, before it is saved. */
import { PreviewAnswer, PreviewRequest, Problem } from '@miniobserv/protocol'
import { type App, type Deps, fill, goneSignal, readBody, ServiceError } from '@miniobserv/service'
import Type from 'typebox'
import { previewRule } from '../preview/preview.ts'
import { checkRule } from '../rules/check.ts'
import { readRule } from '../rules/read.ts'

/** How long one may take, ms. */
const TIMEOUT = 60_000

/** So many run at one time; each keeps a connection busy, and half a core. */
const AT_ONCE = 2

const { days } = PreviewRequest.properties
const validatorCompiler = readBody((body) => {
  const { rule, ...rest } = (body ?? {}) as Record<string, unknown>
  return {
    ...fill(Type.Object({ days }, { additionalProperties: false }), rest),
    rule: readRule(rule, '/rule')
  }
})

export function previewRoutes(app: App, { db, now, settings }: Deps<{ ALERT_INTERVAL: number }>): void {
  let running = 0

  app.post(
    '/api/v1/rules/preview',
    {
      schema: {
        ...{ tags: ['alerts'], security: [{ session: [] }], body: PreviewRequest },
        summary:
          'Run a rule over the past: when it would have fired, and how many messages that would have been',
        querystring: Type.Object({
          strict: Type.Boolean({
            default: true,
            description: 'Whether a metric that no host ever sent is an error; false: it is a remark'
          })
        }),
        response: { 200: PreviewAnswer, '4xx': Problem, 503: Problem }
      },
      config: { changes: false, role: 'editor' },
      validatorCompiler
    },
    async (request, reply) => {
      const { rule, days } = request.body
      const remarks = await checkRule(db, rule, request.query).catch((error) => {
        throw within('/rule', error)
      })
      if (running >= AT_ONCE) {
        const detail = `${AT_ONCE} previews are running already; try again in a moment`
        throw new ServiceError(503, 'preview_busy', detail, { retryAfter: 2 })
      }
      running++
      try {
        const answer = await previewRule(db, {
          ...{ rule, days, now: now(), interval: settings.ALERT_INTERVAL, timeout: TIMEOUT },
          signal: goneSignal(reply)
        })
        return { ...answer, remarks: [...remarks, ...answer.remarks] }
      } finally {
        running--
      }
    }
  )
}

/** The rule is a member of what was sent. */
function within(path: string, error: unknown): unknown {
  if (!(error instanceof ServiceError) || error.extra.path === undefined) return error
  const { statusCode, code, message, extra } = error
  return new ServiceError(statusCode, code, message, { ...extra, path: path + extra.path })
}
