/**
 * The main job, from a real agent to a real browser, on both ways to run the server: this machine's metrics and the
 * lines of a log file are seen by someone who signs in.
 */
import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumProgram } from '../../local/chromium.ts'
import {
  eventually,
  type Program,
  runProgram,
  signIn,
  TEST_PASSWORD,
  TEST_SECRET,
  type TestDatabase,
  type TestRedis,
  tempDir,
  testDatabase,
  testRedis
} from '../../testkit/index.ts'
import { findsAnAppendedLine, type Read, reader, seesTheHost, usesThePage, WITHIN } from './steps.ts'
import { TOPOLOGIES, type Topology } from './topologies.ts'

describe.each(Object.entries(TOPOLOGIES))('%s', (_, start) => {
  let db: TestDatabase
  let redis: TestRedis
  let server: Topology
  let agent: Program
  let browser: Browser
  let page: Page
  let read: Read
  const logs = tempDir()
  const log = join(logs, 'app.log')
  const host = hostname()

  beforeAll(async () => {
    ;[db, redis] = await Promise.all([testDatabase(), testRedis()])
    server = await start({
      DATABASE_URL: db.url,
      REDIS_URL: redis.url,
      AGENT_TOKEN: TEST_SECRET,
      ADMIN_PASSWORD: TEST_PASSWORD,
      SESSION_SECRET: 'signs the sessions of the scenario'
    })
    for (const { url, program } of server.processes) {
      await eventually(async () => {
        if (program.process.exitCode !== null) throw new Error(program.output())
        expect((await fetch(`${url}/readyz`)).status).toBe(200)
      }, WITHIN)
    }
    writeFileSync(log, 'a line from before the agent\n')
    agent = runProgram('agent/src/main.ts', {
      SERVER_URL: server.url,
      AGENT_TOKEN: TEST_SECRET,
      INTERVAL: '1s',
      LOG_FILES: join(logs, '*.log')
    })
    read = reader(server.url, await signIn(server.url))
    browser = await chromium.launch({
      executablePath: await chromiumProgram({ env: process.env, note: console.log }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']
    })
    page = await browser.newPage()
  })

  afterAll(async () => {
    await browser?.close()
    await agent?.stop()
    await server?.stop()
    await Promise.all([db?.close(), redis?.close()])
  })

  test("this machine's points are there, of every kind that the design names", () => seesTheHost(read, host))

  test('an appended line is found, with its source; the lines before the agent are not', async () => {
    await findsAnAppendedLine(read, host, log)
    expect((await read('/api/v1/logs?q=before')).lines).toEqual([])
  })

  test('someone signs in, sees the host and its charts going on, and finds the line', () =>
    usesThePage(page, server.url, host, TEST_PASSWORD))

  test('all of it stops when it is asked to, and says nothing of errors', async () => {
    expect(await agent.stop()).toBe(0)
    expect(await server.stop()).toEqual(server.processes.map(() => 0))
    for (const { program } of server.processes) expect(program.output()).not.toMatch(/"level":(50|60)/)
  })
})
