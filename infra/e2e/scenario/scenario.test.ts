/**
 * The main job, from a real agent to a real browser, on both ways to run the server: this machine's metrics and the
 * lines of a log file are seen by someone who signs in.
 */
import { appendFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { METRICS } from '@miniobserv/protocol'
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
import { TOPOLOGIES, type Topology } from './topologies.ts'

const WITHIN = { within: 20_000 }

describe.each(Object.entries(TOPOLOGIES))('%s', (_, start) => {
  let db: TestDatabase
  let redis: TestRedis
  let server: Topology
  let agent: Program
  let browser: Browser
  let page: Page
  let cookie: string
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
    cookie = await signIn(server.url)
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

  const read = async (path: string) => {
    const answer = await fetch(server.url + path, { headers: { cookie } })
    expect(answer.status, path).toBe(200)
    return answer.json() as Promise<Record<string, Record<string, unknown>[]>>
  }

  test("this machine's points are there, of every kind that the design names", async () => {
    const names = [
      METRICS.cpuUtilization,
      METRICS.cpuLogicalCount,
      METRICS.load1m,
      METRICS.memoryUsage,
      METRICS.filesystemUtilization,
      METRICS.networkIo,
      METRICS.uptime,
      METRICS.processCount
    ]
    for (const { name, unit } of names) {
      await eventually(async () => {
        const { series, ...answer } = await read(`/api/v1/query?metric=${name}&host=${host}&from=-5m`)
        expect(answer.unit, name).toBe(unit)
        const values = series?.flatMap(({ points }) => (points as number[][]).map(([, value]) => value)) ?? []
        expect(
          values.some((value) => typeof value === 'number'),
          name
        ).toBe(true)
      }, WITHIN)
    }
    const { hosts } = await read('/api/v1/hosts')
    expect(hosts).toMatchObject([{ name: host, status: 'up', info: { 'os.type': 'linux' } }])
  })

  test('an appended line is found, with its source; the lines before the agent are not', async () => {
    appendFileSync(log, `ERROR the needle of ${host} wäre hier\n`)
    const [line] = await eventually(async () => {
      const { lines } = await read('/api/v1/logs?q=needle')
      expect(lines).toHaveLength(1)
      return lines as [Record<string, unknown>]
    }, WITHIN)
    expect(line).toMatchObject({
      host,
      source: log,
      level: 'error',
      message: `ERROR the needle of ${host} wäre hier`
    })
    expect((await read('/api/v1/logs?q=before')).lines).toEqual([])
  })

  test('someone signs in, sees the host and its charts going on, and finds the line', async () => {
    await page.goto(server.url)
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Password').fill(TEST_PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()

    const row = page.getByRole('table', { name: 'Hosts' }).getByRole('row').filter({ hasText: host })
    await row.getByText('%').first().waitFor()
    await row.getByRole('link', { name: host }).click()
    for (const chart of ['CPU', 'Memory']) {
      await page.getByRole('figure', { name: chart }).locator('canvas').first().waitFor()
    }

    await page.getByRole('link', { name: 'Logs' }).first().click()
    await page.getByRole('searchbox').fill('needle')
    await page.keyboard.press('Enter')
    const list = page.getByRole('list', { name: 'Log lines' })
    await list.getByText('wäre hier').first().waitFor()
    expect(await list.locator('mark').first().textContent()).toBe('needle')
  })

  test('all of it stops when it is asked to, and says nothing of errors', async () => {
    expect(await agent.stop()).toBe(0)
    expect(await server.stop()).toEqual(server.processes.map(() => 0))
    for (const { program } of server.processes) expect(program.output()).not.toMatch(/"level":(50|60)/)
  })
})
