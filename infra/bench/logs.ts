/** `bench logs`: millions of lines through the writer's own code, their size on the disk, and searches over HTTP. */
import { migrate, openPool, type Pool } from '@miniobserv/db'
import { startPostgres } from '../local/postgres.ts'
import { type Asked, askLogs } from './ask-logs.ts'
import type { Bench, Benchmark, Result } from './benchmark.ts'
import { fillLogs, type LogPlan } from './fill-logs.ts'
import { startQuery } from './query-service.ts'

const AIM_MS = 100

export const logs: Benchmark = {
  summary: 'load rate and bytes of log lines; searches, pages and histograms: p50 and p95',
  options: {
    lines: { default: '20000000', help: 'how many are stored' },
    days: { default: '14', help: 'over which they are spread' },
    hosts: { default: '100', help: 'simulated hosts' },
    batch: { default: '1000', help: 'lines in one batch' },
    block: { default: '250', help: 'lines in one block at most' },
    loaders: { default: '2', help: 'processes that store, each on a connection of its own' },
    calls: { default: '30', help: 'of each question, after a warm-up' },
    database: { default: '', help: 'the URL of one that an earlier run has filled with --keep' },
    keep: { default: 'no', help: 'stop after filling --database: yes or no' }
  },
  run
}

async function run(flags: Record<string, string>, bench: Bench): Promise<Result> {
  const { home, note, defer } = bench
  const number = (flag: string) => Number(flags[flag])
  const plan: LogPlan = {
    ...{ lines: number('lines'), days: number('days'), hosts: number('hosts') },
    ...{ batch: number('batch'), block: number('block'), loaders: number('loaders') }
  }
  let url = flags.database ?? ''
  if (url === '') {
    const postgres = await startPostgres({ home })
    defer(() => postgres.stop())
    url = postgres.url
  }
  const db = openPool(url, { name: 'bench', max: 2, onError: () => undefined })
  defer(() => db.end())
  await migrate(db)
  const figures: Result['figures'] = {}
  const filling = flags.database === '' || flags.keep === 'yes'
  if (filling) {
    figures['lines/s'] = Math.round(await fillLogs(db, url, plan, bench))
  }
  const { lines, blocks, from, hosts } = await readStored(db)
  figures['lines stored'] = lines
  figures['lines a block'] = Math.round(lines / blocks)
  figures['bytes a line'] = await bytes(db, lines)
  const complete = !filling || lines === plan.lines
  if (flags.keep === 'yes') return { passed: complete, figures }

  const ask = await startQuery(bench, url)
  note('asking')
  const asked = await askLogs(async (path) => JSON.parse(await ask(`/api/v1/logs${path}`)), {
    ...{ calls: number('calls'), hosts, from }
  })
  for (const [name, one] of Object.entries(asked)) figures[`${name}, ms`] = shown(one)
  const late = Object.entries(asked).filter(
    ([name, { p95 }]) => !name.startsWith('histogram') && p95 > AIM_MS
  )
  return {
    passed: complete && late.length === 0,
    figures,
    remarks: late.map(([name]) => `${name}: the p95 is over ${AIM_MS} ms`)
  }
}

interface InStore {
  lines: number
  blocks: number
  hosts: number
  /** Epoch ms. */
  from: number
}

async function readStored(db: Pool): Promise<InStore> {
  const { rows } = await db.query<InStore>(
    `select sum(cardinality(times))::bigint as lines, count(*) as blocks, count(distinct host_id) as hosts,
            floor(extract(epoch from min(min_time)) * 1000)::bigint as "from"
     from log_blocks`
  )
  return rows[0] as InStore
}

const shown = ({ p50, p95, most, found }: Asked) => ({
  ...{ p50: tenth(p50), p95: tenth(p95), most: tenth(most), found: tenth(found) }
})
const tenth = (value: number): number => Number(value.toFixed(1))

/** What the tables of lines and words take, divided by all lines. */
async function bytes(db: Pool, lines: number): Promise<Record<string, number>> {
  const { rows } = await db.query<{ part: string; bytes: number }>(`
    select case when i.indexrelid is null then 'rows'
                else substring(pg_get_indexdef(i.indexrelid) from 'gin_trgm_ops|terms') end as part,
           sum(case when i.indexrelid is null then pg_table_size(c.oid) else pg_relation_size(i.indexrelid) end)::bigint as bytes
    from pg_class c
    left join lateral (select null::oid as indexrelid union all select indexrelid from pg_index where indrelid = c.oid) i on true
    where c.relkind = 'r' and (c.relname ~ '^log_blocks_[0-9]' or c.relname = 'log_words')
    group by 1`)
  const NAMES: Record<string, string> = { rows: 'rows', gin_trgm_ops: 'trigrams', terms: 'terms' }
  const parts = rows.map(({ part, bytes: size }) => [NAMES[part] ?? 'keys', tenth(size / lines)] as const)
  return {
    all: tenth(rows.reduce((sum, { bytes: size }) => sum + size, 0) / lines),
    ...Object.fromEntries(parts)
  }
}
