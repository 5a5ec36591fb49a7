/** `bench query`: how long charts of 100 hosts take, warm, over HTTP and beside it the database's share of it. */
import { latestValues, migrate, openPool, type Pool, reading } from '@miniobserv/db'
import { writeAnswer } from '../../services/query/src/answer.ts'
import { startPostgres } from '../local/postgres.ts'
import type { Bench, Benchmark, Result } from './benchmark.ts'
import { quantile } from './freshness.ts'
import { type DataPlan, fill, fillTiers, makeCatalogue } from './query-data.ts'
import { startQuery } from './query-service.ts'

const DAY = 86_400_000
const AIM_MS = 50
const WARM_UP = 5

export const query: Benchmark = {
  summary: 'charts of a day, a month and a year, and the latest values: p50 and p95',
  options: {
    hosts: { default: '100', help: 'simulated hosts' },
    series: { default: '60', help: 'series of each' },
    'raw-days': { default: '7', help: 'days of samples, one each 10 s' },
    'minute-days': { default: '30', help: 'days of minutes' },
    'hour-days': { default: '400', help: 'days of hours' },
    calls: { default: '30', help: 'of each question, after a warm-up' },
    database: { default: '', help: 'the URL of one that an earlier run has filled with --keep' },
    keep: { default: 'no', help: 'stop after filling --database: yes or no' }
  },
  run
}

interface Question {
  path: string
  /** What the database does of it. */
  inside?(db: Pool): Promise<unknown>
}

async function run(flags: Record<string, string>, bench: Bench): Promise<Result> {
  const { home, note, defer, signal } = bench
  const number = (flag: string) => Number(flags[flag])
  const plan: DataPlan = {
    hosts: number('hosts'),
    series: number('series'),
    days: {
      frames: number('raw-days'),
      frames_1m: number('minute-days'),
      frames_1h: number('hour-days')
    }
  }
  let url = flags.database ?? ''
  if (url === '') {
    // Nobody minds if what was generated is lost; reading is as fast.
    const postgres = await startPostgres({ home, throwaway: true })
    defer(() => postgres.stop())
    url = postgres.url
  }
  const db = openPool(url, { name: 'bench', max: 2, onError: () => undefined })
  defer(() => db.end())
  await migrate(db)
  if (flags.database === '' || flags.keep === 'yes') await generate(db, url, plan, note)
  if (flags.keep === 'yes') return { passed: true, figures: { filled: flags.database as string } }
  await catchUp(db, url, plan)

  const ask = await startQuery(bench, url)

  const figures: Result['figures'] = {}
  let slowest = 0
  for (const [name, { path, inside }] of Object.entries(questions())) {
    const over = await timed(number('calls'), signal, () => ask(path))
    const within = inside && (await timed(number('calls'), signal, () => inside(db)))
    const found = JSON.parse(over.last) as { step?: number; resolution?: string; series?: unknown[] }
    slowest = Math.max(slowest, over.p50)
    figures[name] = {
      ...{ 'p50 ms': over.p50, 'p95 ms': over.p95, ...(within && { 'database p50 ms': within.p50 }) },
      ...{ 'kB of JSON': Math.round(over.last.length / 1024) },
      ...(found.resolution && {
        lines: found.series?.length ?? 0,
        step: `${(found.step ?? 0) / 60_000} min`,
        tier: found.resolution
      })
    }
    note(`${name}: ${JSON.stringify(figures[name])}`)
  }
  return { passed: slowest <= AIM_MS, figures, remarks: [`aim: each p50 at most ${AIM_MS} ms`] }
}

const MEMORY = 'system.memory.utilization'
const CPU = 'system.cpu.utilization'

function questions(): Record<string, Question> {
  const chart = (parameters: string): Question => ({
    path: `/api/v1/query?${parameters}`,
    inside: (db) => asked(db, new URLSearchParams(parameters))
  })
  return {
    'one host, 24 h': chart(`metric=${MEMORY}&host=host-00007&from=-1d`),
    'one host, 24 h, 7 CPU modes': chart(`metric=${CPU}&host=host-00007&from=-1d`),
    'one host, 1 h of samples': chart(`metric=${MEMORY}&host=host-00007&from=-1h`),
    'all hosts, 24 h, a line each': chart(`metric=${MEMORY}&by=host&from=-1d`),
    'all hosts, 24 h, their mean': chart(`metric=${MEMORY}&by=&from=-1d`),
    'all hosts, 24 h, top 10': chart(`metric=${MEMORY}&by=host&from=-1d&topk=10`),
    'all hosts, 30 d, a line each': chart(`metric=${MEMORY}&by=host&from=-30d`),
    'all hosts, 30 d, their mean': chart(`metric=${MEMORY}&by=&from=-30d`),
    'one host, 1 year': chart(`metric=${MEMORY}&host=host-00007&from=-365d`),
    'all hosts, latest': {
      path: `/api/v1/latest?metric=${MEMORY}`,
      inside: (db) =>
        latestValues(db, { seriesIds: [1], from: Date.now() - 300_000, to: Date.now() + 600_000 })
    }
  }
}

/** The same question without HTTP: what PostgreSQL takes, and writing the lines. */
async function asked(db: Pool, parameters: URLSearchParams): Promise<void> {
  const now = Date.now()
  const from = now - Number.parseFloat(parameters.get('from')?.slice(1) ?? '') * unit(parameters.get('from'))
  const host = parameters.get('host')
  const lines = parameters.get('topk')
  const question = {
    ...{ metrics: [parameters.get('metric') ?? ''], labels: {}, host: host ? [host] : undefined },
    ...{ from, to: now + 600_000, now, given: undefined, shown: now - from, agg: 'avg' as const },
    ...{ by: parameters.get('by') ?? undefined, across: undefined },
    only: lines ? { lines: Number(lines), order: 'desc' as const } : undefined
  }
  const limits = { MAX_BUCKETS: 11_000, MAX_ANSWER: 5_000_000 }
  await reading(db, { timeout: 60_000, signal: new AbortController().signal }, (one) =>
    writeAnswer(one, question, limits, async () => undefined)
  )
}

const unit = (back: string | null): number => (back?.endsWith('d') ? DAY : 3_600_000)

async function timed<T>(calls: number, signal: AbortSignal, call: () => Promise<T>) {
  const times: number[] = []
  let last = await call()
  for (let i = 1 - WARM_UP; i <= calls; i++) {
    signal.throwIfAborted()
    const began = performance.now()
    last = await call()
    if (i > 0) times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  const ms = (share: number): number => Math.round(quantile(times, share) * 10) / 10
  return { p50: ms(0.5), p95: ms(0.95), last }
}

async function generate(db: Pool, url: string, plan: DataPlan, note: (text: string) => void): Promise<void> {
  await makeCatalogue(db, plan)
  await fillTiers(db, url, plan, Date.now(), note)
  // As autovacuum leaves what nobody changes any more.
  await db.query('vacuum (analyze)')
  note('generated')
}

/** What the hosts would have sent while the rest was made: the newest minutes. */
async function catchUp(db: Pool, url: string, plan: DataPlan): Promise<void> {
  const { rows } = await db.query<{ newest: Date }>(
    'select max(time) as newest from frames where host_id = 1'
  )
  const from = Number(rows[0]?.newest) + 10_000
  await fill(db, url, plan, 'frames', Math.max(from, Date.now() - 3_600_000), Date.now())
  await db.query('update hosts set last_seen = now()')
}
