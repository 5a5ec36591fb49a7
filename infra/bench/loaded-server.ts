/** The server that `bench ingest` and `bench agents` load: its processes, what they used, and when it is at rest. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { migrate, openPool, type Pool } from '@miniobserv/db'
import { openRedis } from '@miniobserv/stream'
import { isDrained } from '../e2e/chaos/rest.ts'
import { startStack } from '../e2e/chaos/stack.ts'
import type { Supervised } from '../e2e/chaos/supervise.ts'
import { type Bench, until, untilReady } from './benchmark.ts'
import { cpuMeter } from './cpu.ts'

/** Whose CPU time is told apart. */
export type Role = Supervised['kind'] | 'load'

export interface LoadedServer {
  /** Of the gateways. */
  ports: number[]
  /** Of the gateways, the first one's. */
  url: string
  db: Pool
  /** Another connection to the database, so that nobody has to wait who measures how long something takes. */
  probe: Pool
  /** Resolves when the streams are empty. */
  drained(): Promise<void>
  /** Resolves when all minutes and hours are computed that are over. */
  rolledUp(): Promise<void>
  /** Rows of frames. */
  frames(): Promise<number>
  /** CPU seconds from now on; what our own two connections use is nobody's. */
  meter(load: ChildProcess): Promise<() => Record<Role, number>>
}

interface LoadedServerOptions {
  secret: string
  ingests?: number
  writers?: number
  /** Settings of the gateways and writers beside what they need. */
  env?: Record<string, string>
}

const WITHIN_MS = 600_000

/** Gateways, writers, Redis and PostgreSQL as processes of their own; gone at the end. */
export async function startLoadedServer(
  { secret, ingests = 1, writers = 1, env = {} }: LoadedServerOptions,
  { home, note, defer, signal }: Bench
): Promise<LoadedServer> {
  const stack = await startStack({
    ...{ home, secret, ingests, writers, env, onTrouble: note },
    claimAfterMs: WITHIN_MS,
    redisMemory: 4 * 1024 ** 3,
    redis: { 'auto-aof-rewrite-min-size': '64mb' }
  })
  defer(() => stack.end())
  const redis = openRedis(stack.redisUrl, { name: 'bench', onError: () => undefined })
  defer(() => redis.disconnect())
  const open = () => {
    const pool = openPool(stack.databaseUrl, { name: 'bench', max: 1, onError: () => undefined })
    defer(() => pool.end())
    return pool
  }
  const [db, probe] = [open(), open()]
  await migrate(db)
  for (const port of stack.ingestPorts) await untilReady(`http://127.0.0.1:${port}`, signal)
  const pidsOf = (kind: Supervised['kind']) =>
    stack.parts.filter((part) => part.kind === kind).map(({ pid = 0 }) => pid)

  return {
    ports: stack.ingestPorts,
    url: `http://127.0.0.1:${stack.ingestPorts[0]}`,
    db,
    probe,
    drained: () => until(() => isDrained(redis), WITHIN_MS, signal),
    rolledUp: () => until(() => nothingIsDue(db), WITHIN_MS, signal),
    async frames() {
      const { rows } = await db.query('select count(*)::int as frames from frames')
      return rows[0].frames
    },
    async meter(load) {
      const own = await Promise.all([db, probe].map(backendOf))
      const meter = cpuMeter({
        ingest: pidsOf('ingest'),
        writer: pidsOf('writer'),
        redis: pidsOf('redis'),
        postgres: pidsOf('postgres'),
        load: [load.pid ?? 0],
        own
      })
      return () => {
        const { own, postgres, ...used } = meter.read()
        return { ...used, postgres: postgres - own }
      }
    }
  }
}

async function backendOf(pool: Pool): Promise<number> {
  const { rows } = await pool.query('select pg_backend_pid() as pid')
  return rows[0].pid
}

async function nothingIsDue(db: Pool): Promise<boolean> {
  const { rows } = await db.query(
    `select count(*)::int as due from rollups_due
     where tier = 1 and time < now() - interval '2 minutes' or tier = 2 and time < now() - interval '65 minutes'`
  )
  return rows[0].due === 0
}

/** The next message of a load generator. @throws where it ends instead */
export async function heard<Message>(load: ChildProcess, signal: AbortSignal): Promise<Message> {
  const gone = once(load, 'exit', { signal }).then(() => {
    throw new Error('the load generator ended by itself')
  })
  const [message] = await Promise.race([once(load, 'message', { signal }), gone])
  return message as Message
}
