/** `bench preview`: how long rules take that are run over the past, as the page does it before one is saved. */
import { migrate, openPool } from '@miniobserv/db'
import { previewRule } from '../../services/alerter/src/preview/preview.ts'
import { readRule } from '../../services/alerter/src/rules/read.ts'
import { startPostgres } from '../local/postgres.ts'
import type { Bench, Benchmark, Result } from './benchmark.ts'
import { type DataPlan, fillTiers, makeCatalogue } from './query-data.ts'
import { quietMonth } from './quiet-month.ts'

const AIM_S = 5

export const preview: Benchmark = {
  summary: 'rules run over a month of 100 hosts: seconds each, and the memory it takes',
  options: {
    hosts: { default: '100', help: 'simulated hosts' },
    series: { default: '60', help: 'series of each' },
    days: { default: '30', help: 'how far back; all of it is there as minutes and hours' },
    'raw-days': { default: '7', help: 'days of samples, one each 10 s' },
    calls: { default: '3', help: 'of each rule; the middle one counts' },
    database: { default: '', help: 'the URL of one that an earlier run has filled with --keep' },
    keep: { default: 'no', help: 'stop after filling --database: yes or no' }
  },
  run
}

const MEMORY = { kind: 'threshold', metric: 'system.memory.utilization', op: '>' }
const CPU = { ...MEMORY, metric: 'system.cpu.utilization', where: { 'cpu.mode': '!idle' } }

const RULES: Record<string, object> = {
  'memory over 90 %': { ...MEMORY, value: 0.9 },
  'a CPU mode over 90 %': { ...CPU, value: 0.9 },
  'CPU modes together, for 5 min': { ...CPU, across: 'sum', value: 3 },
  'memory over 50 %, noisy': { ...MEMORY, value: 0.5 },
  'memory over 60 % in 6 h': { ...MEMORY, value: 0.6, window: '6h' },
  'memory stopped for 5 min': { kind: 'no-data', metric: 'system.memory.utilization' },
  'host down': { kind: 'host-down' },
  blind: { kind: 'blind' }
}

async function run(flags: Record<string, string>, bench: Bench): Promise<Result> {
  const { home, note, defer, signal } = bench
  const number = (flag: string) => Number(flags[flag])
  const days = number('days')
  const plan: DataPlan = {
    ...{ hosts: number('hosts'), series: number('series') },
    days: { frames: number('raw-days'), frames_1m: days, frames_1h: days }
  }
  let url = flags.database ?? ''
  if (url === '') {
    const postgres = await startPostgres({ home, throwaway: true })
    defer(() => postgres.stop())
    url = postgres.url
  }
  const db = openPool(url, { name: 'bench', max: 2, onError: () => undefined })
  defer(() => db.end())
  await migrate(db)
  if (flags.database === '' || flags.keep === 'yes') {
    await makeCatalogue(db, plan)
    await fillTiers(db, url, plan, Date.now(), note, () => quietMonth(plan.hosts * plan.series))
    await db.query('vacuum analyze')
  }
  if (flags.keep === 'yes') return { passed: true, figures: { filled: flags.database as string } }

  const { rows } = await db.query<{ now: number }>(
    `select date_part('epoch', max(time)) * 1000 as now from frames where host_id = 1`
  )
  const now = rows[0]?.now as number
  const figures: Result['figures'] = {}
  let slowest = 0
  for (const [name, condition] of Object.entries(RULES)) {
    const rule = readRule({ name, condition, for: name.includes('for 5 min') ? '5m' : '0s' })
    const seconds: number[] = []
    let memory = 0
    const watch = setInterval(() => {
      memory = Math.max(memory, process.memoryUsage().rss)
    }, 50)
    let found: Awaited<ReturnType<typeof previewRule>> | undefined
    for (let call = 0; call < number('calls'); call++) {
      signal.throwIfAborted()
      const began = performance.now()
      found = await previewRule(db, { ...{ rule, days, now, interval: 30_000, timeout: 300_000 }, signal })
      seconds.push((performance.now() - began) / 1_000)
    }
    clearInterval(watch)
    const middle = seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)] as number
    slowest = Math.max(slowest, middle)
    figures[name] = {
      ...{ s: Number(middle.toFixed(2)), firings: found?.total ?? 0, messages: found?.messages ?? 0 },
      ...{ from: found?.resolution ?? '', 'MiB resident': Math.round(memory / 2 ** 20) }
    }
    note(`${name}: ${JSON.stringify(figures[name])}`)
  }
  return { passed: slowest <= AIM_S, figures, remarks: [`aim: each within ${AIM_S} s`] }
}
