/** MiniObserv's own two programs as `npm run up` starts them: the server and an agent for this machine. */
import { join } from 'node:path'
import { type Program, startProgram, untilReady } from './program.ts'
import { repository } from './repository.ts'
import type { LocalSecrets } from './secrets.ts'
import type { UpSettings } from './up-settings.ts'

export interface ServerOptions {
  settings: UpSettings
  secrets: LocalSecrets
  databaseUrl: string
  redisUrl: string
}

/** Where a browser on this machine finds the server. */
export const pageUrl = ({ PORT }: UpSettings): string => `http://localhost:${PORT}`

/** Resolves when it has its database and Redis and serves the page. */
export async function startServer(options: ServerOptions): Promise<Program> {
  const { settings, secrets, databaseUrl, redisUrl } = options
  const program = await startProgram({
    name: 'server',
    home: settings.home,
    command: process.execPath,
    args: [join(repository, 'infra/server.ts')],
    env: {
      PUBLIC_URL: pageUrl(settings),
      ...process.env,
      ...secrets,
      PORT: String(settings.PORT),
      HOST: settings.HOST,
      DATA_DIR: settings.home,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl
    },
    grace: 15_000
  })
  await untilReady(program, () => isReady(local(settings)))
  return program
}

/** Resolves when it runs; whether it gets through shows in the first point. */
export function startAgent(settings: UpSettings, secrets: LocalSecrets): Promise<Program> {
  return startProgram({
    name: 'agent',
    home: settings.home,
    command: process.execPath,
    // A smaller young generation costs it no time worth naming, and 8 MB less.
    args: ['--max-semi-space-size=1', join(repository, 'agent/src/main.ts')],
    env: {
      ...process.env,
      SERVER_URL: local(settings),
      AGENT_TOKEN: secrets.AGENT_TOKEN,
      LOG_FILES: settings.logFiles.join(',')
    }
  })
}

/** The address for programs here: what listens on all addresses is reached by the loopback one. */
export function local({ HOST, PORT }: UpSettings): string {
  const host = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })
    return ok
  } catch {
    return false
  }
}
