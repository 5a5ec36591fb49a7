/** Hosts services for a test: with a database and a Redis of their own, on a free port. */
import { type Hosted, host, type ServiceFactory } from '@miniobserv/service'
import { type TestDatabase, testDatabase } from './database.ts'
import { type TestRedis, testRedis } from './redis.ts'
import { type Answer, TEST_SECRET } from './third-party.ts'

export const TEST_PASSWORD = 'open sesame'

export interface TestServer extends Hosted {
  db: TestDatabase
  redis: TestRedis
  /** What the services were started with; for starting another one on the same stores. */
  env: Record<string, string>
  /** Reads with the session of the user admin. */
  get(path: string): Promise<Answer>
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
    ADMIN_PASSWORD: TEST_PASSWORD,
    SESSION_SECRET: 'signs the sessions of these tests, 32+',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
    PORT: '0',
    ...env
  }
  const hosted = await host(factories, { name: 'test', port: 0, env: all })
  let cookie: string | undefined
  return {
    ...hosted,
    db,
    redis,
    env: all,
    async get(path) {
      cookie ??= await signIn(hosted.url)
      const answer = await fetch(hosted.url + path, { headers: { cookie } })
      const text = await answer.text()
      const json = answer.headers.get('content-type')?.includes('json')
      return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text }
    },
    async close() {
      await hosted.close()
      await Promise.all([db.close(), redis.close()])
    }
  }
}

/** @returns the cookie of a new session */
export async function signIn(url: string, password = TEST_PASSWORD): Promise<string> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password })
  })
  if (!answer.ok) throw new Error(`signing in was answered with ${answer.status}: ${await answer.text()}`)
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}
