/** `/api/v1/oidc`: to the provider of OpenID Connect and back, as addresses that a browser goes to. */
import type { App, Deps } from '@miniobserv/service'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { QuerySettings } from '../config.ts'
import { newFlow, openIdProvider, ProviderError } from '../people/provider.ts'
import type { RefusedCounts } from '../people/refused-counts.ts'
import { startSession } from '../people/sign-in.ts'
import { vouchedUser } from '../people/vouched-user.ts'

const PATH = '/api/v1/oidc'
const FLOW = 'miniobserv_oidc'

/** The way back begins at another site, so this cookie cannot be Strict. */
const COOKIE = { path: PATH, httpOnly: true, sameSite: 'lax', maxAge: 600 } as const

const schema = { tags: ['session'], response: { 302: Type.Null() } }

export function providerRoutes(
  app: App,
  deps: Deps<QuerySettings>,
  { refused }: { refused: RefusedCounts }
): void {
  const { db, settings, now, log } = deps
  if (settings.OIDC_ISSUER === '') return
  const provider = openIdProvider(settings)
  const asked = ({ protocol, host }: FastifyRequest) => `${protocol}://${host}`
  const origin = (request: FastifyRequest) => settings.PUBLIC_URL.replace(/\/+$/, '') || asked(request)

  app.get(
    `${PATH}/start`,
    {
      schema: {
        ...{ ...schema, summary: 'Sign in by OpenID Connect: leads to the provider' },
        querystring: Type.Object({
          next: Type.String({
            default: '/',
            maxLength: 2000,
            description: 'Which view of the page comes then'
          }),
          moved: Type.Boolean({ default: false, description: 'Whether it was led to PUBLIC_URL already' })
        })
      },
      config: { open: true }
    },
    async (request, reply) => {
      const { next: view, moved } = request.query
      // The cookie must be there where the provider leads back to: localhost and 127.0.0.1 are two.
      if (!moved && !origin(request).startsWith(asked(request))) {
        const query = new URLSearchParams({ next: view, moved: 'true' })
        return reply.redirect(`${origin(request)}${PATH}/start?${query}`)
      }
      const flow = newFlow()
      try {
        const there = await provider.begin(flow, `${origin(request)}${PATH}/callback`)
        const next = Buffer.from(view).toString('base64url')
        const secure = origin(request).startsWith('https:')
        return reply.setCookie(FLOW, `${flow}.${next}`, { ...COOKIE, secure }).redirect(there.href)
      } catch (error) {
        return reply.redirect(failed(error, view))
      }
    }
  )

  app.get(
    `${PATH}/callback`,
    {
      schema: { ...schema, summary: 'Where the provider leads back to' },
      config: { open: true, changes: true }
    },
    async (request, reply) => {
      const [flow = newFlow(), place = ''] = request.cookies[FLOW]?.split('.') ?? []
      const next = Buffer.from(place, 'base64url').toString() || '/'
      reply.clearCookie(FLOW, COOKIE)
      try {
        const vouched = await provider.finish(flow, new URL(origin(request) + request.url))
        await startSession(deps, request, reply, await vouchedUser(db, vouched, now()))
        return reply.redirect(pageAt(next))
      } catch (error) {
        if (error instanceof ProviderError) {
          const { code: reason, username } = error
          refused.note(request, { reason, username, statusCode: 302 })
        }
        return reply.redirect(failed(error, next))
      }
    }
  )

  /** @returns the page that says why not */
  function failed(error: unknown, next: string): string {
    if (!(error instanceof ProviderError)) throw error
    log.warn({ err: error }, 'somebody could not sign in by OpenID Connect')
    return pageAt(next, `?refused=${error.code}`)
  }
}

/** A view is what stands after the #, as browsers write it there, so that no `next` leads away from here. */
const pageAt = (view: string, query = ''): string =>
  `/${query}#${view.startsWith('/') ? '' : '/'}${view.replace(/[^\x21-\x7e]/g, '')}`
