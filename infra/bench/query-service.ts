/** The query service of a benchmark: a process of its own on a filled database, asked with a session. */

import { freePort } from '../local/ports.ts'
import { startRedis } from '../local/redis.ts'
import { redisProgram } from '../local/redis-program.ts'
import { runProgram } from '../testkit/program.ts'
import { type Bench, untilReady } from './benchmark.ts'

const PASSWORD = 'a password that only benchmarks use'

/** The text of the answer to a path; throws where it is an error. */
export type AskQuery = (path: string) => Promise<string>

/** Starts it, with a Redis that nothing is in, and signs in. */
export async function startQuery(
  { home, note, defer, signal }: Bench,
  databaseUrl: string
): Promise<AskQuery> {
  const redis = await startRedis({ home, command: await redisProgram({ path: process.env.PATH, note }) })
  defer(() => redis.stop())
  const port = await freePort()
  const service = runProgram('services/query/src/main.ts', {
    ...{ DATABASE_URL: databaseUrl, REDIS_URL: redis.url, PORT: String(port), HOST: '127.0.0.1' },
    ...{ LOG_LEVEL: 'warn', ADMIN_PASSWORD: PASSWORD },
    SESSION_SECRET: 'signs the sessions of this benchmark only'
  })
  defer(() => service.stop())
  const address = `http://127.0.0.1:${port}`
  await untilReady(address, signal)
  const cookie = await signIn(address)
  return async (path) => {
    const answer = await fetch(address + path, { headers: { cookie } })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
    return text
  }
}

async function signIn(address: string): Promise<string> {
  const answer = await fetch(`${address}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: PASSWORD })
  })
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}
