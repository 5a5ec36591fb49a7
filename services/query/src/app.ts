/** Puts the query service together: everything but signing in wants a session. */
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import { sessionKeeper } from '@miniobserv/auth'
import { defineService } from '@miniobserv/service'
import { QuerySettings } from './config.ts'
import { readerGuard } from './guard.ts'
import { hostsRoute } from './routes/hosts.ts'
import { logsRoute } from './routes/logs.ts'
import { queryRoute } from './routes/query.ts'
import { seriesRoute } from './routes/series.ts'
import { sessionRoutes } from './routes/session.ts'

export const query = defineService({ settings: QuerySettings, needs: ['db'] }, (deps) => ({
  name: 'query',
  async routes(app) {
    const sessions = sessionKeeper(deps.settings.SESSION_SECRET, deps.settings.SESSION_LIFE)
    await app.register(cookie)
    await app.register(compress, { global: true, threshold: 1024, encodings: ['br', 'gzip', 'identity'] })
    await app.register(rateLimit, { global: false })
    readerGuard(app, sessions, deps.now)
    sessionRoutes(app, sessions, deps)
    hostsRoute(app, deps)
    seriesRoute(app, deps)
    queryRoute(app, deps)
    logsRoute(app, deps)
  }
}))
