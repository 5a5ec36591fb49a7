/** Puts the query service together: everything but signing in wants a session. */
import compress from '@fastify/compress'
import { guardSessions } from '@miniobserv/access'
import { defineService } from '@miniobserv/service'
import { QuerySettings } from './config.ts'
import { FIRST_DASHBOARDS } from './dashboards/defaults.ts'
import { seedDashboards } from './dashboards/store.ts'
import { lookAfterPeople } from './people/people.ts'
import { countRefused } from './people/refused-counts.ts'
import { dashboardsRoutes } from './routes/dashboards.ts'
import { hostsRoute } from './routes/hosts.ts'
import { latestRoute } from './routes/latest.ts'
import { liveRoutes } from './routes/live.ts'
import { logDownloadRoute } from './routes/log-download.ts'
import { logsRoute } from './routes/logs.ts'
import { peopleRoutes } from './routes/people.ts'
import { queryRoute } from './routes/query.ts'
import { seriesRoute } from './routes/series.ts'
import { systemRoutes } from './routes/system.ts'

export const query = defineService({ settings: QuerySettings, needs: ['db', 'redis'] }, (deps) => {
  let stopLooking = () => {}
  const refused = countRefused(deps)
  return {
    name: 'query',
    async stop() {
      stopLooking()
      await refused.stop()
    },
    async start() {
      stopLooking = await lookAfterPeople(deps)
      await seedDashboards(deps.db, FIRST_DASHBOARDS, deps.now())
    },
    async routes(app) {
      await app.register(compress, { global: true, threshold: 1024, encodings: ['br', 'gzip', 'identity'] })
      const access = await guardSessions(app, deps)
      peopleRoutes(app, deps, { access, refused })
      hostsRoute(app, deps)
      seriesRoute(app, deps)
      queryRoute(app, deps)
      latestRoute(app, deps)
      logsRoute(app, deps)
      logDownloadRoute(app, deps)
      liveRoutes(app, deps, access)
      dashboardsRoutes(app, deps)
      systemRoutes(app, deps)
    }
  }
})
