/** The whole server stops in time even when what it stands on is gone. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { alerter } from '@miniobserv/alerter'
import { ingest } from '@miniobserv/ingest'
import { host } from '@miniobserv/service'
import { writer } from '@miniobserv/writer'
import { afterEach, expect, test } from 'vitest'
import { redisProgram } from '../local/redis-program.ts'
import { eventually, freePort, TEST_SECRET, tempDir, testDatabase } from '../testkit/index.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

test('with Redis killed, stopping does not wait for it', async () => {
  const port = await freePort()
  const command = await redisProgram({ path: process.env.PATH, note: () => undefined })
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', tempDir()]
  const redis = spawn(command, args, { argv0: 'redis-server', stdio: 'ignore' })
  undo.push(() => redis.kill('SIGKILL'))
  const db = await testDatabase()
  undo.push(() => db.close())
  const env = {
    ...{ DATABASE_URL: db.url, REDIS_URL: `redis://127.0.0.1:${port}`, AGENT_TOKEN: TEST_SECRET },
    ...{ SESSION_SECRET: TEST_SECRET, PORT: '0', LOG_LEVEL: 'silent' }
  }
  const server = await host([ingest, writer, alerter], { name: 'test', port: 0, env })
  redis.kill('SIGKILL')
  await once(redis, 'exit')
  await eventually(async () => expect((await fetch(`${server.url}/readyz`)).status).toBe(503))
  const stopped = server.close().then(() => 'stopped')
  const late = new Promise((resolve) => setTimeout(resolve, 8_000, 'still there').unref())
  expect(await Promise.race([stopped, late])).toBe('stopped')
})
