/** Hosts one service or several in this process: opens the handles once, starts, serves, stops in reverse. */
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, type Environment, readSettings, SettingsError } from '@miniobserv/settings'
import closeWithGrace from 'close-with-grace'
import { createApp } from './app.ts'
import { Checks } from './checks.ts'
import { type ProcessSettings, settingsOf } from './env.ts'
import { openDatabase, openStreams } from './handles.ts'
import { createLog } from './log.ts'
import { createMetrics } from './metrics.ts'
import type { Deps, Service, ServiceFactory } from './service.ts'

export interface HostOptions {
  /** The process's name in logs and in the lists of the database and of Redis. */
  name: string
  /** Where it listens unless `PORT` says otherwise. */
  port: number
  env?: Environment
  now?: () => number
}

export interface Hosted {
  /** For example http://127.0.0.1:8080 */
  url: string
  log: Deps['log']
  /** How long `close` may take, ms. */
  stopTimeout: number
  /** Answers what is in hand, stops the services in reverse order, then closes the handles. */
  close(): Promise<void>
}

/**
 * Connections that may wait to be accepted; the system may allow fewer (net.core.somaxconn). Node accepts one in each
 * turn of its loop, and all agents come at once when a gateway has been away. Those that find no room try again after
 * seconds, and then with all others that did.
 */
const BACKLOG = 16_384

/**
 * Hosts the services and returns once they take requests.
 *
 * @throws {SettingsError} naming every setting that is missing or wrong
 */
export async function host(factories: readonly ServiceFactory[], options: HostOptions): Promise<Hosted> {
  const { name, port, env = process.env, now = Date.now } = options
  const settings = readSettings(settingsOf(factories, port), env) as ProcessSettings & Record<string, string>
  const log = createLog(name, settings.LOG_LEVEL)
  const checks = new Checks()
  const metrics = createMetrics()
  let serving = false
  const closing: (() => Promise<unknown> | unknown)[] = []
  const close = async (): Promise<void> => {
    checks.stop()
    if (serving) await sleep(settings.DRAIN)
    for (const each of closing.splice(0).reverse()) await each()
  }

  try {
    const deps = { log, settings, now, metrics, checks } as unknown as Deps
    const needs = new Set(factories.flatMap((factory) => factory.needs))
    if (needs.has('redis')) {
      const streams = await openStreams(settings.REDIS_URL as string, name, log, checks)
      closing.push(streams.close)
      Object.assign(deps, { redis: streams.redis, blockingRedis: streams.blockingRedis })
    }
    if (needs.has('db')) {
      deps.db = await openDatabase(settings.DATABASE_URL as string, name, log, checks)
      closing.push(() => deps.db.end())
    }

    const services: Service[] = factories.map((factory) => factory(deps))
    for (const service of services) {
      await service.start?.()
      if (service.stop) closing.push(() => service.stop?.())
    }
    const app = await createApp(services, deps, settings)
    closing.push(() => app.close())
    await app.listen({ host: settings.HOST, port: settings.PORT, backlog: BACKLOG })
    serving = true
    const address = app.server.address() as AddressInfo
    const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address
    const url = `http://${shown}:${address.port}`
    log.info(`${services.map((service) => service.name).join(', ')} at ${url}`)
    return { url, log, stopTimeout: settings.DRAIN + settings.STOP_TIMEOUT, close }
  } catch (error) {
    await close()
    throw error
  }
}

export interface RunOptions extends HostOptions {
  /** Settings that the program makes up where nobody gave them; asked for only when it really starts. */
  generated?: { make(): Environment; help: string }
}

/** The whole of a `main.ts`: hosts the services until SIGTERM or SIGINT, and answers `--help`. */
export async function run(factories: readonly ServiceFactory[], options: RunOptions): Promise<void> {
  const { env = process.env, generated } = options
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    console.log(`MiniObserv ${options.name}. Settings, from the environment; secrets also as NAME_FILE:\n`)
    console.log(describe(settingsOf(factories, options.port)))
    if (generated) console.log(`\n${generated.help}`)
    return
  }
  try {
    const hosted = await host(factories, { ...options, env: { ...env, ...generated?.make() } })
    closeWithGrace({ delay: hosted.stopTimeout, logger: hosted.log }, async ({ signal, err }) => {
      if (err) hosted.log.fatal({ err }, 'an error that nothing caught ends this process')
      else hosted.log.info(`${signal}: stopping`)
      await hosted.close()
    })
  } catch (error) {
    console.error(error instanceof SettingsError ? error.message : explain(error, options.name))
    process.exit(1)
  }
}

function explain(error: unknown, name: string): string {
  const { code, message, stack, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') return `${name}: port ${port} is in use; choose another with PORT=…`
  return `${name}: ${process.env.LOG_LEVEL === 'debug' ? stack : message}`
}
