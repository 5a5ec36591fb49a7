/** `/livez` and `/readyz`: is the process alive, and can it do its work? */
import type { Checks } from './checks.ts'
import type { App } from './service.ts'

export function healthRoutes(app: App, checks: Checks): void {
  app.get('/livez', { schema: { hide: true } }, async () => ({ status: 'alive' }))
  app.get('/readyz', { schema: { hide: true } }, async (_, reply) => {
    const missing = await checks.missing()
    if (missing.length === 0) return { status: 'ready' }
    return reply.code(503).send({ status: 'unready', missing })
  })
}
