/** The server of a chaos run: PostgreSQL, Redis, gateways and writers as processes of their own, each supervised. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startPostgres } from '../../local/postgres.ts'
import { startProgram } from '../../local/program.ts'
import { startRedis } from '../../local/redis.ts'
import { redisProgram } from '../../local/redis-program.ts'
import { repository } from '../../local/repository.ts'
import { quietPort } from './quiet-port.ts'
import { type Supervised, type SuperviseOptions, supervise } from './supervise.ts'

export interface StackOptions {
  /** Where all of it keeps its files. */
  home: string
  secret: string
  ingests: number
  writers: number
  /** What a writer took and did not store for so long is claimed by another one. */
  claimAfterMs: number
  /** Bytes; over it Redis refuses writes. */
  redisMemory: number
  /** Further lines of Redis's configuration. */
  redis?: Record<string, string>
  /** Settings of the gateways and writers beside what they need. */
  env?: Record<string, string>
  onTrouble: SuperviseOptions['onTrouble']
}

export interface Stack {
  databaseUrl: string
  redisUrl: string
  ingestPorts: number[]
  parts: Supervised[]
  /** One more. */
  addWriter(): Promise<Supervised>
  /** Stops everything, who sends before who receives. */
  end(): Promise<void>
}

export async function startStack(options: StackOptions): Promise<Stack> {
  const { home, secret, onTrouble } = options
  const parts: Supervised[] = []
  const end = async () => {
    for (const part of [...parts].reverse()) await part.end()
  }
  const add = async (kind: Supervised['kind'], number: number, start: SuperviseOptions['start']) => {
    const part = await supervise({ name: number ? `${kind}-${number}` : kind, kind, start, onTrouble })
    parts.push(part)
    return part
  }
  try {
    let databaseUrl = await settlePostgres(home)
    await add('postgres', 0, async () => {
      const postgres = await startPostgres({ home })
      databaseUrl = postgres.url
      return postgres
    })

    const command = await redisProgram({
      path: process.env.PATH,
      note: (text) => onTrouble(`Redis: ${text}`)
    })
    await settleRedis(home)
    let redisUrl = ''
    await add('redis', 0, async () => {
      const redis = await startRedis({ home, command, settings: redisSettings(options) })
      redisUrl = redis.url
      return redis
    })

    const ingestPorts: number[] = []
    for (let number = 1; number <= options.ingests; number++) {
      const port = await quietPort()
      ingestPorts.push(port)
      const env = { ...options.env, REDIS_URL: redisUrl, AGENT_TOKEN: secret, PORT: String(port) }
      await add('ingest', number, () => startService(home, 'ingest', number, env))
    }
    let writers = 0
    const addWriter = async () => {
      const number = ++writers
      const env = {
        ...options.env,
        DATABASE_URL: databaseUrl,
        REDIS_URL: redisUrl,
        PORT: String(await quietPort()),
        WRITER_CLAIM_AFTER: `${options.claimAfterMs}ms`
      }
      return add('writer', number, () => startService(home, 'writer', number, env))
    }
    while (writers < options.writers) await addWriter()
    return { databaseUrl, redisUrl, ingestPorts, parts, addWriter, end }
  } catch (error) {
    await end()
    throw error
  }
}

/** Small files, so that they are rewritten in the course of a run, under fire too. */
const redisSettings = ({ redisMemory, redis }: StackOptions): Record<string, string> => ({
  maxmemory: String(redisMemory),
  'auto-aof-rewrite-min-size': '1mb',
  ...redis
})

function startService(home: string, service: string, number: number, env: Record<string, string>) {
  const { PATH = '', HOME = '' } = process.env
  return startProgram({
    name: `${service}-${number}`,
    home,
    command: process.execPath,
    args: [join(repository, `services/${service}/src/main.ts`)],
    env: { PATH, HOME, ...env }
  })
}

/** Makes the data directory and has its server keep a quiet port. @returns its address from now on */
async function settlePostgres(home: string): Promise<string> {
  const first = await startPostgres({ home })
  await first.stop()
  const file = join(home, 'postgres', 'miniobserv.json')
  const port = await quietPort()
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), port }))
  const url = new URL(first.url)
  url.port = String(port)
  return url.href
}

async function settleRedis(home: string): Promise<void> {
  mkdirSync(join(home, 'redis'), { mode: 0o700 })
  const password = Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString('base64url')
  writeFileSync(join(home, 'redis', 'miniobserv.json'), JSON.stringify({ port: await quietPort(), password }))
}
