/** Every error that leaves a service, as RFC 9457 problem+json. */
import { STATUS_CODES } from 'node:http'
import { PROBLEM_TYPE, type Problem } from '@miniobserv/protocol'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

/** What a member of the problem beyond the fixed ones may be. */
export interface Extra {
  /** JSON pointer into the body, or the name of a query parameter. */
  path?: string
  /** Epoch ms. */
  now?: number
  /** Seconds; sent as the header `Retry-After`. */
  retryAfter?: number
}

/** An error with a stable code and a status. Libraries below throw errors of their own with the same two members. */
export class ServiceError extends Error {
  override name = 'ServiceError'
  readonly statusCode: number
  readonly code: string
  readonly extra: Extra

  constructor(statusCode: number, code: string, detail: string, extra: Extra = {}) {
    super(detail)
    this.statusCode = statusCode
    this.code = code
    this.extra = extra
  }
}

/** For what a caller cannot mend: the cause goes to the log, not to the caller. */
export const serverError = (code: string, detail: string, cause: unknown): ServiceError =>
  Object.assign(new ServiceError(503, code, detail, { retryAfter: 5 }), { cause })

/** Codes of Fastify's own errors, in our words. */
const FASTIFY_CODES: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body_truncated',
  FST_ERR_VALIDATION: 'invalid_request'
}

type Thrown = FastifyError & { extra?: Extra }

/** The problem that an error is told as; what is not an answer to the request becomes 500 `internal`. */
export function problemOf(error: Thrown): Problem {
  const [violation] = error.validation ?? []
  const known = error.code !== undefined && error.statusCode !== undefined
  const status = violation ? 400 : known ? (error.statusCode as number) : 500
  const code = violation ? 'invalid_request' : (FASTIFY_CODES[error.code] ?? error.code)
  const { path, now } = error.extra ?? {}
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: status === 500 ? 'internal' : code,
    detail: status === 500 ? 'something went wrong here; the log says what' : detailOf(error),
    ...(violation ? { path: `${error.validationContext ?? ''}${violation.instancePath}` } : path && { path }),
    ...(now !== undefined && { now })
  }
}

/** The validator says that a value is none of those allowed; which ones those are, it keeps to itself. */
function detailOf({ message, validation }: Thrown): string {
  const allowed = validation?.[0]?.params?.allowedValues
  if (!Array.isArray(allowed)) return message
  return message.replace(/equal to one of the allowed values$/, `one of ${allowed.join(', ')}`)
}

export function handleError(error: Thrown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error)
  if (hasGone(error, reply)) request.log.debug({ url: request.url }, 'whoever asked has gone')
  else if (problem.status >= 500)
    request.log.error({ err: error, cause: error.cause, url: request.url }, error.message)
  if (error.extra?.retryAfter !== undefined) reply.header('retry-after', error.extra.retryAfter)
  return reply.code(problem.status).type(PROBLEM_TYPE).send(problem)
}

/** What was given up because nobody waits for it any more is no trouble of ours. */
const hasGone = (error: Thrown, { raw }: FastifyReply): boolean => error.name === 'AbortError' && raw.closed

export function handleNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const detail = `there is no ${request.method} ${request.url.split('?')[0]} here; /api/docs lists what there is`
  return reply
    .code(404)
    .type(PROBLEM_TYPE)
    .send({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      code: 'not_found',
      detail
    } satisfies Problem)
}
