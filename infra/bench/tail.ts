/** `bench tail`: how long a line takes from its file, through a real agent and the whole server, to a browser's live tail. */
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromiumProgram } from '../local/chromium.ts'
import { freePort } from '../local/ports.ts'
import { startPostgres } from '../local/postgres.ts'
import { startRedis } from '../local/redis.ts'
import { redisProgram } from '../local/redis-program.ts'
import { buildWebPage } from '../local/web-page.ts'
import { runProgram } from '../testkit/program.ts'
import { type Bench, type Benchmark, pause, type Result, untilReady } from './benchmark.ts'
import { quantile } from './freshness.ts'
import { hearEvents, seeLines, signInToTail } from './watch-tail.ts'

const SECRETS = {
  AGENT_TOKEN: 'a secret that only benchmarks use and nobody else',
  ADMIN_PASSWORD: 'a password that only benchmarks use',
  SESSION_SECRET: 'signs the sessions of this benchmark only'
}
const AIM_MS = 1_500
/** How often lines are appended: as a busy program does, some at a time. */
const APPEND_MS = 10
const WARM_UP_MS = 10_000

export const tail: Benchmark = {
  summary: 'a line from its file to the browser: p50, p99',
  options: {
    rate: { default: '1000', help: 'lines a second' },
    seconds: { default: '60', help: 'how long' }
  },
  run
}

async function run(flags: Record<string, string>, bench: Bench): Promise<Result> {
  const { home, note, defer, signal } = bench
  const [rate, seconds] = [Number(flags.rate), Number(flags.seconds)]
  await buildWebPage(note)
  const executablePath = await chromiumProgram({ env: process.env, note })
  const file = join(home, 'app.log')
  writeFileSync(file, '')
  const address = await startServer(file, bench)

  const { cookie, page, close } = await signInToTail(address, SECRETS.ADMIN_PASSWORD, executablePath)
  defer(close)
  const seen = await seeLines(page)
  const events = await hearEvents(`${address}/api/v1/live/logs?source=${file}`, cookie)
  defer(() => events.close())

  let written = 0
  async function write(ms: number): Promise<void> {
    const end = performance.now() + ms
    for (let due = performance.now(); due < end && !signal.aborted; due += APPEND_MS) {
      await pause(Math.max(0, due - performance.now()), signal)
      const count = Math.floor((rate * APPEND_MS) / 1_000)
      const lines = Array.from(
        { length: count },
        () => `${new Date().toISOString()} INFO request ${written++} done sent=${Date.now()} in 17 ms\n`
      )
      appendFileSync(file, lines.join(''))
    }
  }
  note('warming up')
  await write(WARM_UP_MS)
  await pause(3_000, signal)
  await seen.restart()
  events.restart()
  const warm = written

  note(`appending ${rate} lines a second for ${seconds} s`)
  await write(seconds * 1_000)
  await pause(3_000, signal)
  const sent = written - warm
  const [inBrowser, heard] = [await seen.read(), events.read()]
  const times = (took: readonly number[]) => ({
    p50: Math.round(quantile(took, 0.5)),
    p99: Math.round(quantile(took, 0.99)),
    most: Math.round(took.at(-1) ?? Number.NaN)
  })
  const browser = times(inBrowser)
  return {
    passed: browser.p99 < AIM_MS && inBrowser.length === sent,
    figures: {
      'lines appended': sent,
      'seen in the browser': inBrowser.length,
      'file to browser, ms': browser,
      'heard as events': heard.sinceFile.length,
      'file to event, ms': times(heard.sinceFile),
      'gateway to event, ms': times(heard.sinceGateway),
      resets: events.resets()
    },
    remarks: [`aim: file to browser p99 under ${AIM_MS} ms; the agent looks at its files twice a second`]
  }
}

/** The server in one process, and a real agent that follows the file. */
async function startServer(file: string, { home, note, defer, signal }: Bench): Promise<string> {
  const postgres = await startPostgres({ home })
  defer(() => postgres.stop())
  const redis = await startRedis({ home, command: await redisProgram({ path: process.env.PATH, note }) })
  defer(() => redis.stop())
  const port = await freePort()
  const server = runProgram('infra/server.ts', {
    ...{ DATABASE_URL: postgres.url, REDIS_URL: redis.url, PORT: String(port), HOST: '127.0.0.1' },
    ...{ ...SECRETS, DATA_DIR: home, LOG_LEVEL: 'warn' }
  })
  defer(() => server.stop())
  const address = `http://127.0.0.1:${port}`
  await untilReady(address, signal)
  const agent = runProgram('agent/src/main.ts', {
    ...{ SERVER_URL: address, AGENT_TOKEN: SECRETS.AGENT_TOKEN, HOST_NAME: 'tailed', LOG_FILES: file }
  })
  defer(() => agent.stop())
  return address
}
