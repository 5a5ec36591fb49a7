/**
 * Where rows of one day live: chunks of a TimescaleDB hypertable, or native daily partitions on a PostgreSQL without
 * the extension. Only this file knows the difference.
 */
import type { Pool, PoolClient } from 'pg'
import { transaction } from './pool.ts'

export type Edition = 'timescaledb' | 'native'

const DAY = 86_400_000

/** The tables that are kept in partitions, and how many days one holds. */
export const PARTITIONED = { frames: 1, frames_1m: 1, frames_1h: 30, log_blocks: 1 } as const
export type Partitioned = keyof typeof PARTITIONED

/** What arrives goes here; the rollups follow. */
const WRITTEN: readonly Partitioned[] = ['frames', 'log_blocks']
const PARTITION_LOCK = 7_266_102

/** Days from today on for which partitions stand ready, so that midnight never finds one missing. */
const DAYS_AHEAD = 3

/** How this database keeps its days; what its tables are decides, not what the server could offer by now. */
export async function readEdition(db: Pool | PoolClient): Promise<Edition> {
  const { rows } = await db.query<{ edition: Edition }>(`
    select case
      when exists (select from pg_class where oid = to_regclass('frames') and relkind = 'p') then 'native'
      when exists (select from pg_extension where extname = 'timescaledb') then 'timescaledb'
      else 'native'
    end as edition`)
  return rows[0]?.edition ?? 'native'
}

/**
 * Defines `create_partitioned(name, columns, width)` for the migrations: the same call makes a hypertable or a native
 * partitioned table. The extension is switched on where the server has it.
 */
export async function installPartitioning(client: PoolClient): Promise<void> {
  await client.query(`
    do $$ begin
      if to_regclass('frames') is null and exists (select from pg_available_extensions where name = 'timescaledb') then
        create extension if not exists timescaledb;
      end if;
    exception when others then
      -- Not preloaded, or no right to: native partitions do the same job.
      raise warning 'timescaledb is installed but cannot be used: %', sqlerrm;
    end $$`)
  const body =
    (await readEdition(client)) === 'timescaledb'
      ? `execute format('create table %I (%s)', name, columns);
         perform create_hypertable(name::regclass, by_range('time', width), create_default_indexes => false);`
      : `execute format('create table %I (%s) partition by range (time)', name, columns);`
  await client.query(`
    drop function if exists create_partitioned(text, text);
    create or replace function create_partitioned(name text, columns text, width interval default interval '1 day')
      returns void language plpgsql as $$
    begin ${body} end $$`)
}

/** The start of the partition that holds this time, epoch ms; partitions lie side by side from the epoch on. */
export const partitionStart = (table: Partitioned, time: number): number => {
  const width = PARTITIONED[table] * DAY
  return Math.floor(time / width) * width
}

/**
 * Makes the partitions that hold these times. Where the extension makes chunks by itself this does nothing.
 *
 * A partition is made beside its table and then attached: that takes a weaker lock than `partition of`, so that
 * readers and writers go on.
 */
export async function ensurePartitions(
  db: Pool,
  tables: readonly Partitioned[],
  times: Iterable<number>
): Promise<void> {
  if ((await readEdition(db)) === 'timescaledb') return
  const all = [...times]
  await transaction(db, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [PARTITION_LOCK])
    for (const table of tables) {
      for (const time of new Set(all.map((time) => partitionStart(table, time)))) {
        const start = new Date(time).toISOString()
        const end = new Date(time + PARTITIONED[table] * DAY).toISOString()
        const name = `${table}_${start.slice(0, 10).replaceAll('-', '')}`
        const { rows } = await client.query('select to_regclass($1) is null as missing', [name])
        if (!rows[0]?.missing) continue
        await client.query(`create table ${name} (like ${table} including all)`)
        await client.query(
          `alter table ${table} attach partition ${name} for values from ('${start}') to ('${end}')`
        )
      }
    }
  })
}

export interface PartitionKeeper {
  /**
   * Makes sure that rows of these times find a partition; costs nothing for times it has seen.
   *
   * @param tables those that arriving data goes to, if missing
   */
  ensure(times: Iterable<number>, tables?: readonly Partitioned[]): Promise<void>
  /** Makes today's partition and those of the next days; to be called at the start and every hour. */
  ahead(now: number): Promise<void>
  /** To be called when an insert finds a partition missing after all: someone dropped it. */
  forget(): void
}

/** Remembers which partitions there are, so that the path of a sample asks the database once a day. */
export function partitionKeeper(db: Pool): PartitionKeeper {
  const known = new Set<string>()

  async function ensure(times: Iterable<number>, tables: readonly Partitioned[] = WRITTEN): Promise<void> {
    const days = new Set<number>()
    for (const time of times) days.add(Math.floor(time / DAY))
    for (const table of tables) {
      const missing = [...days]
        .map((day) => partitionStart(table, day * DAY))
        .filter((start) => !known.has(`${table} ${start}`))
      if (missing.length === 0) continue
      await ensurePartitions(db, [table], missing)
      for (const start of missing) known.add(`${table} ${start}`)
    }
  }

  return {
    ensure,
    async ahead(now) {
      const days = Array.from({ length: DAYS_AHEAD + 1 }, (_, ahead) => now + ahead * DAY)
      await ensure(days, Object.keys(PARTITIONED) as Partitioned[])
    },
    forget() {
      known.clear()
    }
  }
}
