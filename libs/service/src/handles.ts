/** Opens PostgreSQL and Redis for a process, waits until they answer, and closes them at the end. */
import { setTimeout as sleep } from 'node:timers/promises'
import { migrate, openPool, type Pool } from '@miniobserv/db'
import { openRedis } from '@miniobserv/stream'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Checks } from './checks.ts'

/** A database that starts at the same time as this process gets this long, in ms. */
const PATIENCE = 60_000

/** Opens a pool on a database whose schema is up to date. */
export async function openDatabase(url: string, name: string, log: Logger, checks: Checks): Promise<Pool> {
  const onError = (error: Error): void =>
    log.warn({ err: error }, 'a database connection broke; it will be opened again')
  const db = openPool(url, { name, onError })
  await patiently('the database', log, () => db.query('select 1'))
  await migrate(db)
  checks.add('database', () => db.query('select 1'))
  return db
}

/** Opens the connections to Redis that a process needs: one for all, and further ones for commands that wait. */
export async function openStreams(url: string, name: string, log: Logger, checks: Checks) {
  const opened: Redis[] = []
  let said = false
  const open = (role: string, blocking: boolean): Redis => {
    const redis = openRedis(url, {
      name: `${name}:${role}`,
      blocking,
      onError: (error) => {
        if (!said) log.warn({ err: error }, 'Redis cannot be reached; trying again until it can')
        said = true
      }
    })
    redis.on('ready', () => {
      if (said) log.info('Redis is back')
      said = false
    })
    opened.push(redis)
    return redis
  }
  const redis = open('commands', false)
  await patiently('Redis', log, () => redis.ping())
  checks.add('redis', () => redis.ping())
  return {
    redis,
    blockingRedis: (role: string) => open(role, true),
    close: () => {
      for (const each of opened) each.disconnect()
    }
  }
}

/** A wrong password or name stays wrong: waiting would only hide it. */
const HOPELESS = /NOAUTH|WRONGPASS|28P01|28000|3D000/

async function patiently(what: string, log: Logger, ask: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + PATIENCE
  for (let said = false; ; said = true) {
    try {
      await ask()
      return
    } catch (error) {
      const { message, code } = error as Error & { code?: string }
      const reason = message || code
      if (HOPELESS.test(`${code} ${message}`) || performance.now() > deadline)
        throw new Error(`${what} cannot be used: ${reason}`, { cause: error })
      if (!said) log.warn(`waiting for ${what}: ${reason}`)
      await sleep(500)
    }
  }
}
