/** Who may use a route for people, and that it is noted who changed what. An agent's token never may. */
import cookie from '@fastify/cookie'
import { claimsToBeAgent } from '@miniobserv/auth'
import { includesRole, type Role } from '@miniobserv/protocol'
import { type App, type Deps, ServiceError } from '@miniobserv/service'
import type { FastifyRequest, RouteOptions } from 'fastify'
import { noteChange } from './audit.ts'
import { identifier } from './identify.ts'
import type { Session } from './session.ts'
import type { SessionSettings } from './settings.ts'

export const SESSION_COOKIE = 'miniobserv_session'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard on every route that is not open. */
    session: Session | undefined
  }
  interface FastifyContextConfig {
    /** A route that needs no session: one that opens or closes it. */
    open?: boolean
    /** Who may use it; unless said: viewers what only reads, editors what changes something. */
    role?: Role
    /** About the person who asks, as their password: not for API tokens. */
    personal?: boolean
    /** Whether it changes something, where the method does not say so: a question with a body does not. */
    changes?: boolean
  }
}

export interface Access {
  /** Whether who made this request may still make it: for answers that stay open. */
  still(request: FastifyRequest): Promise<boolean>
  /** To be called when a user, a session or a token has changed: this process then knows at once. */
  forget(): void
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Guards every route of the app that does not say `open`; and PostgreSQL from the one character it cannot take. Cookies
 * are read from here on. A revoked session is refused within seconds in every process. What changes something is noted in
 * the audit log.
 */
export async function guardSessions(
  app: App,
  { db, settings, now, log }: Deps<SessionSettings>
): Promise<Access> {
  const { identify, forget } = identifier(db, settings.SESSION_SECRET)
  const sessionOf = async (request: FastifyRequest): Promise<Session | undefined> => {
    const bearer = bearerOf(request)
    const token = bearer ?? request.cookies[SESSION_COOKIE]
    const kind = bearer === undefined ? 'session' : 'token'
    return token ? identify(kind, token, now(), request.ip) : undefined
  }
  await app.register(cookie)
  app.decorateRequest('session', undefined)
  documentAccess(app)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store') // unless the route says otherwise
    if (request.url.includes('%00')) throw NUL
    refuseOtherSites(request, settings.PUBLIC_URL)
    const { config } = request.routeOptions
    if (config.open) return
    request.session = await sessionOf(request)
    if (!request.session) throw nobody(request)
    if (config.personal && request.session.token) {
      throw new ServiceError(403, 'token_refused', 'this is for people who are signed in, not for API tokens')
    }
    const needed = roleOf(request.routeOptions)
    if (!includesRole(request.session.role, needed)) {
      throw new ServiceError(
        403,
        'role_missing',
        `this takes the role ${needed}; yours is ${request.session.role}`
      )
    }
  })
  app.addHook('preValidation', async ({ body }) => {
    refuseNul(body, 0)
  })
  // Before the answer: whoever was told that it is done finds it noted.
  app.addHook('onSend', async (request, reply) => {
    if (!request.session || reply.statusCode >= 400 || !changes(request.routeOptions)) return
    await noteChange(db, request, reply, now()).catch((error: Error) =>
      log.error({ err: error, url: request.url }, 'a change could not be noted in the audit log')
    )
  })
  return {
    async still(request) {
      const session = await sessionOf(request)
      return session !== undefined && includesRole(session.role, roleOf(request.routeOptions))
    },
    forget
  }
}

const NUL = new ServiceError(400, 'invalid_request', 'U+0000 stands in no name and no text; leave it out')

/** Deeper than anything that we take: nothing that walks through a body meets its own limits. */
const DEEPEST = 100

function refuseNul(value: unknown, depth: number): void {
  if (depth > DEEPEST) throw new ServiceError(400, 'invalid_request', 'the body is nested too deep')
  if (typeof value === 'string' && value.includes('\0')) throw NUL
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    refuseNul(name, depth)
    refuseNul(member, depth + 1)
  }
}

/** @throws where it is an agent's, whatever else comes with it */
function bearerOf({ headers }: FastifyRequest): string | undefined {
  const [, bearer] = /^bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
  if (bearer && claimsToBeAgent(bearer)) {
    throw new ServiceError(403, 'agent_token', "an agent's token can send, but never read")
  }
  return bearer
}

function nobody(request: FastifyRequest): ServiceError {
  if (bearerOf(request))
    return new ServiceError(401, 'token_unknown', 'there is no such API token, or no longer')
  return request.cookies[SESSION_COOKIE]
    ? new ServiceError(401, 'session_ended', 'the session is no longer good; sign in again')
    : new ServiceError(401, 'session_missing', 'sign in first: POST /api/v1/session')
}

type Guarded = Pick<RouteOptions, 'method' | 'config'>

const changes = ({ method, config }: Guarded): boolean =>
  config?.changes ?? [method].flat().some((each) => !READS.has(each))

const roleOf = (route: Guarded): Role => route.config?.role ?? (changes(route) ? 'editor' : 'viewer')

/** Writes into the OpenAPI document who may use each route, so that documents, tests and the guard say the same. */
function documentAccess(app: App): void {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => void routes.push(route))
  // Only then has every plugin said what its routes are.
  app.addHook('onReady', async () => {
    for (const route of routes) {
      const { open, personal } = route.config ?? {}
      const session = { session: [] }
      const security = open ? [] : personal ? [session] : [session, { token: [] }]
      route.schema = Object.assign(route.schema ?? {}, {
        security,
        ...(!open && { 'x-role': roleOf(route) })
      })
    }
  })
}

/**
 * The cookie is SameSite=Strict, which a neighbour on the same domain (wiki.example.org) still passes. Browsers say
 * where a request comes from; what changes something must come from our own page. Programs say nothing.
 */
function refuseOtherSites({ method, headers, host }: FastifyRequest, publicUrl: string): void {
  if (READS.has(method)) return
  const { 'sec-fetch-site': site, origin } = headers
  if (site === 'same-origin' || site === 'none') return
  // Over plain HTTP they say the origin alone; its scheme may be another, where a proxy stands before us.
  const hostOf = (url: string) => URL.parse(url)?.host
  const ours = () => [host, hostOf(publicUrl)].some((each) => each && each === hostOf(origin as string))
  if (site === undefined && (origin === undefined || ours())) return
  throw new ServiceError(
    403,
    'other_site',
    'a page of another site may not change anything here; where this is the address of the page, PUBLIC_URL must say so'
  )
}

/** Who does it, for what is noted down; on a guarded route. */
export function userOf({ session }: FastifyRequest): string {
  if (!session) return ''
  return session.token === undefined ? session.username : `${session.username} (token ${session.token})`
}
