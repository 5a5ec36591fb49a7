/** Puts the alerter together: looks at all rules on a beat that its copies share, and the routes of rules and alerts. */
import { setTimeout as sleep } from 'node:timers/promises'
import { guardSessions } from '@miniobserv/access'
import { defineService } from '@miniobserv/service'
import { type Beat, startBeat } from './beat.ts'
import { AlerterSettings } from './config.ts'
import { createEvaluator } from './evaluate/evaluate.ts'
import { type Notifier, startNotifier } from './notify/notifier.ts'
import { writeNotifications } from './notify/outbox.ts'
import { alertsRoutes } from './routes/alerts.ts'
import { channelsRoutes } from './routes/channels.ts'
import { jobsRoutes } from './routes/jobs.ts'
import { notificationsRoutes } from './routes/notifications.ts'
import { previewRoutes } from './routes/preview.ts'
import { rulesRoutes } from './routes/rules.ts'
import { silencesRoutes } from './routes/silences.ts'
import { rulesFileKeeper } from './rules/apply-file.ts'
import { seedDefaults } from './rules/defaults.ts'
import { type Outbox, takeTurn } from './rules/turn.ts'

export const alerter = defineService({ settings: AlerterSettings, needs: ['db', 'redis'] }, (deps) => {
  const { db, redis, settings } = deps
  let notifier: Notifier | undefined
  const outbox: Outbox = { write: writeNotifications, flush: () => void notifier?.flush() }
  const rulesFile = rulesFileKeeper(settings.RULES_FILE, { ...deps, outbox })
  let beat: Beat | undefined

  return {
    name: 'alerter',
    async routes(app) {
      await guardSessions(app, deps)
      rulesRoutes(app, deps, { outbox, file: settings.RULES_FILE })
      previewRoutes(app, deps)
      alertsRoutes(app, deps, { outbox })
      silencesRoutes(app, deps)
      channelsRoutes(app, deps, { outbox })
      notificationsRoutes(app, deps, { outbox })
      await jobsRoutes(
        app,
        [beat?.queue, notifier?.queue].filter((queue) => queue !== undefined)
      )
    },
    async start() {
      notifier = await startNotifier(deps)
      await takeTurn({ ...deps, outbox }, 'MiniObserv', seedDefaults)
      await rulesFile.poll()
      beat = await startBeat({
        ...deps,
        evaluator: createEvaluator({ db, redis, outbox }),
        prepare: () => rulesFile.poll(),
        finish: () => outbox.flush()
      })
    },
    async stop() {
      await notifier?.finish()
      // Closing asks Redis, and would wait for one that is away.
      await Promise.race([
        Promise.all([beat?.stop(), notifier?.stop()]),
        sleep(2_000, undefined, { ref: false })
      ])
    }
  }
})
