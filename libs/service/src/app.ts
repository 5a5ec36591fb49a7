/** The HTTP side of a process: one Fastify that the services' routes are plugged into. */
import type { Socket } from 'node:net'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { type FastifyInstance, fastify, LogController } from 'fastify'
import type { ProcessSettings } from './env.ts'
import { handleError, handleNotFound } from './errors.ts'
import { healthRoutes } from './health.ts'
import { metricsRoutes } from './metrics.ts'
import type { App, Deps, Service } from './service.ts'
import { VERSION } from './version.ts'

/** Builds the app with its guards, documents and health, and then the services' routes; it does not listen yet. */
export async function createApp(
  services: readonly Service[],
  { log, metrics, checks }: Deps,
  { TRUST_PROXY }: Pick<ProcessSettings, 'TRUST_PROXY'>
): Promise<App> {
  const app = fastify({
    loggerInstance: log,
    trustProxy: trusted(TRUST_PROXY),
    // A line a request would make the log the largest thing that is stored.
    logController: new LogController({ disableRequestLogging: true }),
    // A logger of its own for each request costs more than most of what is logged is worth.
    childLoggerFactory: (logger) => logger,
    forceCloseConnections: 'idle',
    return503OnClosing: false, // what arrives while stopping is still answered
    ajv: { customOptions: { coerceTypes: 'array', removeAdditional: false } }
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as App

  // Answers are written as they are: the schemas document them, and fast-json-stringify cannot write every one of them
  // (a tuple with a null in it, for one).
  app.setSerializerCompiler(() => JSON.stringify)
  app.setErrorHandler(handleError)
  app.setNotFoundHandler(handleNotFound)

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'MiniObserv',
        version: VERSION,
        description:
          'Agents send with a JWT of their own (`agent`); people read with a session (`session`), their programs with an ' +
          'API token (`token`). `x-role` is what a route takes: viewer, editor or admin. ' +
          'Times are epoch milliseconds, UTC. Errors are RFC 9457 problem+json with a stable `code`.'
      },
      components: {
        securitySchemes: {
          agent: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'HS256, aud miniobserv:ingest'
          },
          session: { type: 'apiKey', in: 'cookie', name: 'miniobserv_session' },
          token: { type: 'http', scheme: 'bearer', description: 'An API token, mo_…' }
        }
      }
    }
  })
  closeConnectionsAtTheEnd(app)
  metricsRoutes(app, metrics)
  await app.register(async (scope) => {
    await guardBrowsers(scope)
    // With the policy from above: its own one asks for https, which a plain address in a local network does not have.
    await scope.register(swaggerUi, { routePrefix: '/api/docs' })
    healthRoutes(scope as unknown as App, checks)
  })
  for (const service of services) {
    await app.register(async (scope) => {
      if (!service.forPrograms) await guardBrowsers(scope)
      await service.routes?.(scope as unknown as App)
    })
  }
  return app
}

/**
 * Which entries of X-Forwarded-For are believed: the last one, which the nearest proxy has written, or so many. What stands
 * before them, whoever asks may have written.
 */
function trusted(setting: string): false | ((address: string, hop: number) => boolean) {
  const proxies = setting === 'true' ? 1 : Number(setting) || 0
  return proxies > 0 && ((_, hop) => hop < proxies)
}

/** Headers that tell a browser what a page may do. They cost more than taking a batch does: not for agents. */
async function guardBrowsers(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    hsts: false, // TLS ends at the load balancer, and a laptop has none
    contentSecurityPolicy: {
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'style-src-attr': ["'unsafe-inline'"], // where a chart, a bar or a list stands
        'font-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'frame-ancestors': ["'none'"],
        'upgrade-insecure-requests': null
      }
    }
  })
}

/**
 * Kept alive, connections would hold the process up: an answer that is given while the app closes ends its own, and those
 * that browsers opened only in case are closed. Node counts these as busy until the time for headers is over.
 */
function closeConnectionsAtTheEnd(app: App): void {
  const sockets = new Set<Socket>()
  app.server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  })
  app.addHook('onSend', (_, reply, payload, done) => {
    if (closing) reply.header('connection', 'close')
    done(null, payload)
  })
}
