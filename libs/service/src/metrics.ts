/** What a process says about itself at `/metrics`, as Prometheus text. */
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { App } from './service.ts'

/** A registry of its own for each hosted process: nothing global, so that tests can host several. */
export function createMetrics(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

export function metricsRoutes(app: App, registry: Registry): void {
  const duration = new Histogram({
    name: 'miniobserv_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry]
  })
  const timers = new Map<string, ReturnType<typeof duration.labels>>()
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    const key = `${request.method} ${route} ${reply.statusCode}`
    let timer = timers.get(key)
    if (!timer) {
      timer = duration.labels(request.method, route, String(reply.statusCode))
      timers.set(key, timer)
    }
    timer.observe(reply.elapsedTime / 1000)
    done()
  })
  app.get('/metrics', { schema: { hide: true } }, async (_, reply) =>
    reply.type(registry.contentType).send(await registry.metrics())
  )
}
