/** The steps of `npm run up`, from nothing to a page with this machine's numbers. */
import { firstPoint } from './first-point.ts'
import { checkDatabase, checkRedis } from './given.ts'
import { stopLeftovers } from './leftovers.ts'
import { local, pageUrl, startAgent, startServer } from './own-programs.ts'
import { whyNotFree } from './ports.ts'
import { startPostgres } from './postgres.ts'
import type { Program } from './program.ts'
import type { Progress } from './progress.ts'
import { startRedis } from './redis.ts'
import { redisProgram } from './redis-program.ts'
import { localSecrets } from './secrets.ts'
import type { UpSettings } from './up-settings.ts'
import { buildWebPage } from './web-page.ts'
import type { WelcomeOptions } from './welcome.ts'

export interface StackOptions {
  settings: UpSettings
  progress: Progress
  /** Every program is added to it as soon as it runs. */
  running: Program[]
  /** When aborted, no further step is begun. */
  signal: AbortSignal
}

/** A host sends every ten seconds. */
const FIRST_POINT_WITHIN = 30_000

export async function startStack(options: StackOptions): Promise<Omit<WelcomeOptions, 'settings'>> {
  const { settings, progress, running, signal } = options
  const { home } = settings
  const step: Progress['step'] = (title, work) => {
    signal.throwIfAborted()
    return progress.step(title, work)
  }
  const left = await stopLeftovers(home)
  if (left.length > 0) console.log(` Stopped what a killed start had left: ${left.join(', ')}`)
  await refuseTakenPort(settings.PORT)
  const secrets = localSecrets(home, process.env)

  await step('Web page', buildWebPage)

  let databaseUrl = settings.DATABASE_URL ?? ''
  await step('PostgreSQL', async () => {
    if (databaseUrl) {
      await checkDatabase(databaseUrl)
      return 'the one of DATABASE_URL'
    }
    const postgres = await startPostgres({ home })
    running.push(postgres)
    databaseUrl = postgres.url
    return `at 127.0.0.1:${new URL(databaseUrl).port}`
  })

  let redisUrl = settings.REDIS_URL ?? ''
  await step('Redis', async (note) => {
    if (redisUrl) {
      await checkRedis(redisUrl)
      return 'the one of REDIS_URL'
    }
    const command = await redisProgram({ path: process.env.PATH, note })
    const redis = await startRedis({ home, command })
    running.push(redis)
    redisUrl = redis.url
    return `at 127.0.0.1:${new URL(redisUrl).port}`
  })

  await step('Server', async () => {
    running.push(await startServer({ settings, secrets, databaseUrl, redisUrl }))
    return `at ${settings.HOST}:${settings.PORT}`
  })

  let agentLog = ''
  const since = Date.now()
  await step('Agent', async () => {
    const agent = await startAgent(settings, secrets)
    running.push(agent)
    agentLog = agent.log
    return 'watches this machine'
  })

  const url = local(settings)
  let host: string | undefined
  await step('First point', async (note) => {
    note('waiting for it')
    const password = secrets.ADMIN_PASSWORD
    host = await firstPoint({ url, password, since, within: FIRST_POINT_WITHIN, signal })
    return host ? `of ${host} is stored` : 'has not come yet'
  })
  return { secrets, url: pageUrl(settings), host, agentLog }
}

async function refuseTakenPort(port: number): Promise<void> {
  const why = await whyNotFree(port)
  if (why === 'EADDRINUSE') {
    throw new Error(
      `Port ${port} is in use by another program. Choose a free one: PORT=${port + 1} npm run up`
    )
  }
  if (why) throw new Error(`Port ${port} cannot be used (${why}). Choose another: PORT=8080 npm run up`)
}
