/** Puts the gateway together: tokens, layouts, and the two routes that agents post to. */
import { agentVerifier } from '@miniobserv/auth'
import { LIMITS } from '@miniobserv/protocol'
import { defineService } from '@miniobserv/service'
import { createProducer } from '@miniobserv/stream'
import { IngestSettings } from './config.ts'
import { createCounters } from './counters.ts'
import { gatewayLayouts } from './layouts.ts'
import { refuseUnderPressure, watchPressure } from './pressure.ts'
import { limitRate } from './rate.ts'
import { acceptRawBodies, agentGuard } from './request.ts'
import { logsRoute } from './routes/logs.ts'
import { metricsRoute } from './routes/metrics.ts'
import { seriesLists } from './series-lists.ts'

/** RFC 7518 asks for a key as long as the hash, 32 bytes for HS256. */
const SECRET_BYTES = 32

export const ingest = defineService({ settings: IngestSettings, needs: ['redis'] }, (deps) => {
  const { settings, log, redis, metrics, now } = deps
  const pressure = watchPressure(redis, settings, log, metrics)

  return {
    name: 'ingest',
    forPrograms: true,
    async start() {
      pressure.start()
    },
    async stop() {
      pressure.stop()
    },
    async routes(app) {
      const secrets = settings.AGENT_TOKEN.split(',').map((secret) => secret.trim())
      if (secrets.some((secret) => Buffer.byteLength(secret) < SECRET_BYTES)) {
        log.warn(`AGENT_TOKEN is shorter than ${SECRET_BYTES} bytes and easier to guess than it should be`)
      }
      const gateway = {
        ...deps,
        layouts: gatewayLayouts(redis),
        lists: seriesLists(settings.MAX_SERIES),
        counters: createCounters(metrics),
        producer: createProducer(redis)
      }

      // Who it is, whether there is room, whether it comes too often: all before the body is read.
      acceptRawBodies(app, settings.MAX_BODY)
      agentGuard(app, await agentVerifier(secrets, LIMITS.tokenLifeSeconds), now)
      refuseUnderPressure(app, pressure)
      await limitRate(app, settings.HOST_RATE)
      metricsRoute(app, gateway)
      logsRoute(app, gateway)
    }
  }
})
