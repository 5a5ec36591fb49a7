/** The query service on a lane's database, asked as the page asks it. */
import type { Pool } from '@miniobserv/db'
import type { LogsAnswer, QueryAnswer } from '@miniobserv/protocol'
import { query } from '@miniobserv/query'
import { type Deps, host } from '@miniobserv/service'
import { signIn, TEST_PASSWORD, type TestRedis } from '../testkit/index.ts'

export interface Asking {
  chart(parameters: Record<string, string | number>): Promise<QueryAnswer['series']>
  /** Cursors are taken and given as `cursor` and `next`. */
  lines(parameters: Record<string, string | number>): Promise<LogsAnswer>
  close(): Promise<void>
}

/** A database in this process has no address: so the service is given the pool, and does not open its own. */
export async function askOn(db: Pool, redis: TestRedis): Promise<Asking> {
  const given = Object.assign((deps: Deps) => query({ ...(deps as Parameters<typeof query>[0]), db }), {
    settings: query.settings,
    needs: query.needs.filter((need) => need !== 'db')
  })
  const env = { ADMIN_PASSWORD: TEST_PASSWORD, SESSION_SECRET: 'signs the sessions of these tests, 32+' }
  const hosted = await host([given], {
    name: 'conformance',
    port: 0,
    env: { ...env, PORT: '0', REDIS_URL: redis.url, LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent' }
  })
  const cookie = await signIn(hosted.url)
  async function get(path: string, parameters: Record<string, string | number>): Promise<unknown> {
    const search = new URLSearchParams()
    for (const [name, value] of Object.entries(parameters)) search.set(name, String(value))
    const answer = await fetch(`${hosted.url}${path}?${search}`, { headers: { cookie } })
    const body = await answer.text()
    if (!answer.ok) throw new Error(`${path}?${search} was answered with ${answer.status}: ${body}`)
    return JSON.parse(body)
  }
  return {
    chart: async (parameters) => ((await get('/api/v1/query', parameters)) as QueryAnswer).series,
    lines: async (parameters) => (await get('/api/v1/logs', parameters)) as LogsAnswer,
    close: () => hosted.close()
  }
}
