/** `/api/v1/sign-in` and `/api/v1/set-up`: what the page asks before anybody is signed in, and the first user. */
import { Problem, SessionAnswer, SetUpRequest, SignInAnswer } from '@miniobserv/protocol'
import type { App, Deps } from '@miniobserv/service'
import type { QuerySettings } from '../config.ts'
import { needsSetUp, setUp } from '../people/set-up.ts'
import { startSession } from '../people/sign-in.ts'
import type { Throttle } from '../people/throttle.ts'

const schema = { tags: ['session'] }

export function signInRoutes(
  app: App,
  deps: Deps<QuerySettings>,
  { throttle }: { throttle: Throttle }
): void {
  const { db, settings } = deps

  app.get(
    '/api/v1/sign-in',
    {
      schema: {
        ...schema,
        summary: 'How one can sign in here',
        response: { 200: SignInAnswer, '4xx': Problem }
      },
      config: { open: true }
    },
    async () => ({
      setUp: await needsSetUp(db),
      provider: settings.OIDC_ISSUER === '' ? null : settings.OIDC_NAME
    })
  )

  app.post(
    '/api/v1/set-up',
    {
      schema: {
        ...{ ...schema, summary: 'Make the first user, with the code from the log', body: SetUpRequest },
        response: { 200: SessionAnswer, '4xx': Problem }
      },
      config: { open: true }
    },
    async (request, reply) => {
      const takeBack = await throttle.attempt('set-up', request.ip)
      const user = await setUp(deps, request.body)
      await takeBack()
      return startSession(deps, request, reply, { ...user, issuer: null })
    }
  )
}
