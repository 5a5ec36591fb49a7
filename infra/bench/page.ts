/** `bench page`: the page in a browser, with a thousand hosts that send: first load, interactions, a month of charts, memory. */
import { openPool, type Pool } from '@miniobserv/db'
import { type Browser, chromium } from 'playwright-core'
import { chromiumProgram } from '../local/chromium.ts'
import { freePort } from '../local/ports.ts'
import { startPostgres } from '../local/postgres.ts'
import { startRedis } from '../local/redis.ts'
import { redisProgram } from '../local/redis-program.ts'
import { buildWebPage } from '../local/web-page.ts'
import { signIn } from '../testkit/hosted.ts'
import { runProgram } from '../testkit/program.ts'
import { type Bench, type Benchmark, type Result, until } from './benchmark.ts'
import { fillMonth } from './fill-month.ts'
import { watchFirstLoad } from './page-first-load.ts'
import { watchInteractions } from './page-interactions.ts'
import { watchMemory } from './page-memory.ts'
import { watchMonth } from './page-month.ts'
import { hostName, simulateHosts } from './simulated-hosts.ts'

const SECRET = 'a secret that only benchmarks use and nobody else'
const PASSWORD = 'a password that only benchmarks use'

/** What the product promises of its page. */
const MOST = { kilobytes: 150, interactionMs: 100, monthMs: 500 }

export const page: Benchmark = {
  summary: 'the page in a browser: bytes and time of the first load, interactions, a month of charts, memory',
  options: {
    hosts: { default: '1000', help: 'simulated hosts that send every ten seconds' },
    minutes: { default: '10', help: 'how long the list of hosts stays open and live; 0 leaves that out' }
  },
  run
}

async function run(flags: Record<string, string>, bench: Bench): Promise<Result> {
  const [hosts, minutes] = [Number(flags.hosts), Number(flags.minutes)]
  const { note, defer, signal } = bench
  const { url, db } = await startServer(bench)
  const over = new AbortController()
  const simulating = simulateHosts({
    url,
    secret: SECRET,
    hosts,
    signal: AbortSignal.any([signal, over.signal])
  })
  defer(async () => {
    over.abort()
    await simulating
  })
  note(`${hosts} hosts begin to send`)
  const counted = async () => Number((await db.query('select count(*) from hosts')).rows[0].count)
  await until(async () => (await counted()) >= hosts, 60_000, signal)
  await fillMonth(db, hostName(1))

  const browser = await startBrowser(bench)
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const [name = '', value = ''] = (await signIn(url, PASSWORD)).split('=')
  await context.addCookies([{ name, value, url }])
  const looking = { context, url, host: hostName(1) }

  note('first load')
  const load = await watchFirstLoad(looking)
  note('interactions')
  const interactions = await watchInteractions(looking)
  note('a month of one host')
  const month = await watchMonth(looking, signal)
  const memory = minutes > 0 ? await watchMemory(looking, minutes, note, signal) : undefined
  const slowest = Math.max(...Object.values(interactions).map(({ p95 }) => p95))
  return {
    passed:
      Math.max(load.hosts.kB, load.host.kB) <= MOST.kilobytes &&
      slowest <= MOST.interactionMs &&
      month.all <= MOST.monthMs,
    figures: {
      hosts,
      'first load of the hosts': { ...load.hosts },
      'first load of a host': { ...load.host },
      ...Object.fromEntries(Object.entries(interactions).map(([what, one]) => [`${what}, ms`, { ...one }])),
      'month, last data to last chart, ms': month.all,
      'month, slowest chart, ms': month.slowest,
      'month, charts': month.charts,
      ...(memory ? { 'heap after each minute, MiB': memory.join(' ') } : {})
    }
  }
}

async function startServer(bench: Bench): Promise<{ url: string; db: Pool }> {
  const { home, note, defer, signal } = bench
  await buildWebPage(note)
  const postgres = await startPostgres({ home })
  defer(() => postgres.stop())
  const redis = await startRedis({ home, command: await redisProgram({ path: process.env.PATH, note }) })
  defer(() => redis.stop())
  const port = await freePort()
  const server = runProgram('infra/server.ts', {
    ...{ DATABASE_URL: postgres.url, REDIS_URL: redis.url, PORT: String(port), LOG_LEVEL: 'warn' },
    ...{ AGENT_TOKEN: SECRET, ADMIN_PASSWORD: PASSWORD, HOST: '127.0.0.1' },
    SESSION_SECRET: 'signs the sessions of this benchmark only'
  })
  defer(() => server.stop())
  const url = `http://127.0.0.1:${port}`
  const isUp = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false
    )
  await until(isUp, 60_000, signal)
  const db = openPool(postgres.url, { name: 'bench', max: 1, onError: () => undefined })
  defer(() => db.end())
  return { url, db }
}

async function startBrowser({ note, defer }: Bench): Promise<Browser> {
  const executablePath = await chromiumProgram({ env: process.env, note })
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  defer(() => browser.close())
  return browser
}
