/** The routes about people: how they sign in, who they are, what their programs may, and who changed what. */
import type { Access } from '@miniobserv/access'
import type { App, Deps } from '@miniobserv/service'
import type { QuerySettings } from '../config.ts'
import { Refused } from '../people/refused.ts'
import type { RefusedCounts } from '../people/refused-counts.ts'
import { createThrottle } from '../people/throttle.ts'
import { auditRoute } from './audit.ts'
import { providerRoutes } from './provider.ts'
import { sessionRoutes } from './session.ts'
import { sessionsRoutes } from './sessions.ts'
import { signInRoutes } from './sign-in.ts'
import { tokensRoutes } from './tokens.ts'
import { usersRoutes } from './users.ts'

export function peopleRoutes(
  app: App,
  deps: Deps<QuerySettings>,
  { access, refused }: { access: Access; refused: RefusedCounts }
): void {
  const throttle = createThrottle(deps)
  app.addHook('onError', async (request, _, error) => {
    if (error instanceof Refused) refused.note(request, error)
  })
  signInRoutes(app, deps, { throttle })
  providerRoutes(app, deps, { refused })
  sessionRoutes(app, deps, { access, throttle })
  sessionsRoutes(app, deps, { access })
  usersRoutes(app, deps, { access })
  tokensRoutes(app, deps, { access })
  auditRoute(app, deps)
}
