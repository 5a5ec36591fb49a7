/** What both routes do before they look at a batch: keep the body as it came, and know who sent it. */
import { type AgentClaims, type AgentVerifier, TokenError } from '@miniobserv/auth'
import { type App, ServiceError } from '@miniobserv/service'
import type { Encoding } from '@miniobserv/stream'
import type { FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard on the gateway's routes. */
    agent: AgentClaims | undefined
  }
}

/** The body stays a buffer, compressed as it came: that is what goes into the stream. */
export function acceptRawBodies(app: App, limit: number): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: limit }, (_, body, done) => {
    done(null, body)
  })
}

/**
 * Every route of the app wants an agent's token; the 401 carries the gateway's clock, so that a token which a wrong
 * clock made is made again by the right one.
 */
export function agentGuard(app: App, verifier: AgentVerifier, now: () => number): void {
  app.decorateRequest('agent', undefined)
  const refuse = (error: unknown): ServiceError => {
    const { statusCode, code, message } = TokenError.from(error)
    return new ServiceError(statusCode, code, message, { now: now() })
  }
  app.addHook('onRequest', (request, _, done) => {
    let token: string
    try {
      token = bearer(request)
    } catch (error) {
      return done(refuse(error))
    }
    request.agent = verifier.known(token, now())
    if (request.agent) return done() // nearly always, and without a promise
    verifier.verify(token, now()).then(
      (agent) => {
        request.agent = agent
        done()
      },
      (error) => done(refuse(error))
    )
  })
}

const BEARER = 'bearer '

function bearer(request: FastifyRequest): string {
  const { authorization = '' } = request.headers
  const token = authorization.slice(BEARER.length)
  if (authorization.slice(0, BEARER.length).toLowerCase() !== BEARER || token === '') {
    throw new TokenError('token_missing', 'send Authorization: Bearer <JWT>, signed with AGENT_TOKEN')
  }
  return token
}

/** The token speaks for one host, and a batch must be that host's. */
export function checkHost(request: FastifyRequest, host: string): void {
  if (request.agent?.host !== host) {
    const detail = `the token speaks for ${request.agent?.host}, the body for ${host}`
    throw new ServiceError(403, 'host_mismatch', detail, { path: '/host' })
  }
}

export function encodingOf(request: FastifyRequest): Encoding | string {
  return request.headers['content-encoding']?.trim().toLowerCase() || 'identity'
}
