/** `bench logs`: millions of lines through the writer's own code, their size on the disk, and searches over HTTP. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { migrate, openPool, type Pool, partitionKeeper } from '@miniobserv/db'
import { startPostgres } from '../local/postgres.ts'
import { type Asked, askLogs } from './ask-logs.ts'
import type { Bench, Benchmark, Result } from './benchmark.ts'
import type { LogLoad } from './load-logs.ts'
import { startQuery } from './query-service.ts'

const DAY = 86_400_000
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
    calls: { default: '30', help: 'of each question, after a warm-up' }
  },
  run
}

async function run(flags: Record<string, string>, bench: Bench): Promise<Result> {
  const { home, note, defer, signal } = bench
  const number = (flag: string) => Number(flags[flag])
  const [lines, hosts, of] = [number('lines'), number('hosts'), number('loaders')]
  const postgres = await startPostgres({ home })
  defer(() => postgres.stop())
  const db = openPool(postgres.url, { name: 'bench', max: 2, onError: () => undefined })
  defer(() => db.end())
  await migrate(db)
  const to = Date.now() - 60_000
  const from = to - number('days') * DAY
  await partitionKeeper(db).ensure(
    Array.from({ length: Math.ceil(number('days')) + 1 }, (_, day) => Math.min(to, from + day * DAY))
  )
  await db.query(
    `insert into hosts (name, first_seen, last_seen) select 'host-' || i, now(), now() from generate_series(0, $1::int - 1) i`,
    [hosts]
  )

  note(`storing ${lines} lines`)
  const began = performance.now()
  const load = { databaseUrl: postgres.url, lines, hosts, of, from, to }
  const loaders = Array.from({ length: of }, (_, share): LogLoad => {
    return { ...load, share, batch: number('batch'), block: number('block') }
  }).map((one) => fork(fileURLToPath(new URL('load-logs.ts', import.meta.url)), [JSON.stringify(one)]))
  defer(() => loaders.forEach((loader) => void loader.kill()))
  const ends = await Promise.all(loaders.map((loader) => once(loader, 'exit', { signal })))
  if (ends.some(([code]) => code !== 0)) throw new Error('a loader failed')
  const seconds = (performance.now() - began) / 1_000
  note('vacuuming, as autovacuum would by and by')
  await db.query('vacuum analyze log_blocks')
  await db.query('analyze log_words')

  const ask = await startQuery(bench, postgres.url)
  note('asking')
  const asked = await askLogs(async (path) => JSON.parse(await ask(`/api/v1/logs${path}`)), {
    calls: number('calls'),
    hosts,
    from
  })

  const [stored] = (
    await db.query('select sum(cardinality(times))::bigint as lines, count(*) as blocks from log_blocks')
  ).rows
  const late = Object.entries(asked).filter(
    ([name, { p95 }]) => !name.startsWith('histogram') && p95 > AIM_MS
  )
  return {
    passed: stored.lines === lines,
    figures: {
      'lines stored': `${stored.lines} of ${lines}`,
      'lines a block': Math.round(stored.lines / stored.blocks),
      'lines/s': Math.round(lines / seconds),
      'bytes a line': await bytes(db, lines),
      ...Object.fromEntries(Object.entries(asked).map(([name, one]) => [`${name}, ms`, shown(one)]))
    },
    remarks: late.map(([name]) => `${name}: the p95 is over ${AIM_MS} ms`)
  }
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
