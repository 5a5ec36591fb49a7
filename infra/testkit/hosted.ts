/** Hosts services for a test: with a database and a Redis of their own, on a free port. */
import { openSession, SESSION_COOKIE } from '@miniobserv/access'
import type { Pool } from '@miniobserv/db'
import type { Role } from '@miniobserv/protocol'
import { type Hosted, host, type ServiceFactory } from '@miniobserv/service'
import { type TestDatabase, testDatabase } from './database.ts'
import { type TestRedis, testRedis } from './redis.ts'
import { type Answer, TEST_SECRET } from './third-party.ts'

/** For the setting ADMIN_PASSWORD, where somebody signs in. Without it a start costs 260 ms of scrypt less. */
export const TEST_PASSWORD = 'open sesame'

export interface TestServer extends Hosted {
  db: TestDatabase
  redis: TestRedis
  /** What the services were started with; for starting another one on the same stores. */
  env: Record<string, string>
  /** Reads as an admin. */
  get(path: string): Promise<Answer>
  /** @returns the cookie of a user of this role, who is called as the role is; without going through the sign-in */
  as(role: Role): Promise<string>
}

export async function testServer(
  factories: readonly ServiceFactory[],
  env: Record<string, string> = {}
): Promise<TestServer> {
  const [db, redis] = await Promise.all([testDatabase(), testRedis()])
  const all = {
    DATABASE_URL: db.url,
    REDIS_URL: redis.url,
    AGENT_TOKEN: TEST_SECRET,
    ADMIN_PASSWORD: '',
    SESSION_SECRET: 'signs the sessions of these tests, 32+',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
    PORT: '0',
    ...env
  }
  const hosted = await host(factories, { name: 'test', port: 0, env: all })
  let cookie: string | undefined
  const as = (role: Role) => sessionOf(db.pool, role, all.SESSION_SECRET)
  return {
    ...hosted,
    db,
    redis,
    env: all,
    as,
    async get(path) {
      cookie ??= await as('admin')
      const answer = await fetch(hosted.url + path, { headers: { cookie } })
      const text = await answer.text()
      const json = /^application\/(problem\+)?json/.test(answer.headers.get('content-type') ?? '')
      return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text }
    },
    async close() {
      await hosted.close()
      await Promise.all([db.close(), redis.close()])
    }
  }
}

async function sessionOf(db: Pool, role: Role, secret: string): Promise<string> {
  const { rows } = await db.query<{ id: number }>(
    `insert into users (username, role, created_at) values ($1, $1, now())
     on conflict (lower(username)) do update set role = excluded.role returning id`,
    [role]
  )
  const { token } = await openSession(db, {
    ...{ userId: rows[0]?.id as number, secret, lifeMs: 3_600_000, now: Date.now() },
    ...{ address: '127.0.0.1', browser: 'test' }
  })
  return `${SESSION_COOKIE}=${token}`
}

/** @returns the cookie of a new session */
export async function signIn(url: string, password = TEST_PASSWORD, username = 'admin'): Promise<string> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password })
  })
  if (!answer.ok) throw new Error(`signing in was answered with ${answer.status}: ${await answer.text()}`)
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}
