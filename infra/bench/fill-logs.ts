/** Fills a database with lines of many hosts, by several processes, through the writer's own code. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Pool, partitionKeeper } from '@miniobserv/db'
import type { Bench } from './benchmark.ts'
import type { LogLoad } from './load-logs.ts'

const DAY = 86_400_000

export interface LogPlan extends Pick<LogLoad, 'lines' | 'batch' | 'block' | 'hosts'> {
  days: number
  /** Processes that store, each on a connection of its own. */
  loaders: number
}

/** From some days ago until a minute ago. @returns lines a second */
export async function fillLogs(
  db: Pool,
  databaseUrl: string,
  { days, loaders: of, ...plan }: LogPlan,
  { note, defer, signal }: Bench
): Promise<number> {
  const to = Date.now() - 60_000
  const from = to - days * DAY
  await partitionKeeper(db).ensure(
    Array.from({ length: Math.ceil(days) + 1 }, (_, day) => Math.min(to, from + day * DAY))
  )
  await db.query(
    `insert into hosts (name, first_seen, last_seen) select 'host-' || i, now(), now() from generate_series(0, $1::int - 1) i`,
    [plan.hosts]
  )
  note(`storing ${plan.lines} lines`)
  const began = performance.now()
  const loaders = Array.from({ length: of }, (_, share) => {
    const load: LogLoad = { ...plan, databaseUrl, of, share, from, to }
    return fork(fileURLToPath(new URL('load-logs.ts', import.meta.url)), [JSON.stringify(load)])
  })
  defer(() => loaders.forEach((loader) => void loader.kill()))
  const ends = await Promise.all(loaders.map((loader) => once(loader, 'exit', { signal })))
  if (ends.some(([code]) => code !== 0)) throw new Error('a loader failed')
  const seconds = (performance.now() - began) / 1_000
  note('vacuuming, as autovacuum would by and by')
  await db.query('vacuum analyze log_blocks')
  await db.query('analyze log_words')
  return plan.lines / seconds
}
