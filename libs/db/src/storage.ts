/** What the partitions hold and weigh, which of them are to go, and how one is dropped. */
import type { Pool, PoolClient } from 'pg'
import { PARTITIONED, type Partitioned, readEdition } from './partitions.ts'
import { transaction } from './pool.ts'

export interface Partition {
  table: Partitioned
  /** Of a native partition its table's name, of a hypertable's chunk the chunk's. */
  name: string
  /** Epoch ms; to is not in it. */
  from: number
  to: number
  /** With indexes. */
  bytes: number
  /** An estimate; null where PostgreSQL has not counted yet. */
  rows?: number | null
}

const NATIVE = `
  select p.relname as "table", c.relname as name, pg_total_relation_size(c.oid) as bytes,
         nullif(c.reltuples, -1)::float8 as rows
  from pg_inherits i
  join pg_class c on c.oid = i.inhrelid
  join pg_class p on p.oid = i.inhparent
  where p.oid in (select to_regclass(name) from unnest($1::text[]) as name)
  order by 1, 2`

/** Partitions are named for the day they begin with. */
const NAMED = /_(\d{4})(\d\d)(\d\d)$/

const CHUNKS = `
  select c.hypertable_name as "table", c.chunk_name as name, s.total_bytes as bytes,
         extract(epoch from c.range_start) * 1000 as "from", extract(epoch from c.range_end) * 1000 as "to",
         case when c.is_compressed then (
           select sum(z.numrows_pre_compression) from _timescaledb_catalog.compression_chunk_size z
           join _timescaledb_catalog.chunk k on k.id = z.chunk_id
           where (k.schema_name, k.table_name) = (c.chunk_schema, c.chunk_name)
         ) else (
           select nullif(reltuples, -1) from pg_class where oid = format('%I.%I', c.chunk_schema, c.chunk_name)::regclass
         ) end::float8 as rows
  from timescaledb_information.chunks c
  join lateral chunks_detailed_size(format('%I.%I', c.hypertable_schema, c.hypertable_name)::regclass) s
    on s.chunk_name = c.chunk_name
  where c.hypertable_name = any($1)
  order by 1, 4`

/** All partitions, by table and time. */
export async function listPartitions(db: Pool): Promise<Partition[]> {
  const tables = Object.keys(PARTITIONED)
  if ((await readEdition(db)) === 'timescaledb') {
    const { rows } = await db.query<Partition>(CHUNKS, [tables])
    return rows.map((row) => ({
      ...row,
      from: Number(row.from),
      to: Number(row.to),
      bytes: Number(row.bytes)
    }))
  }
  const { rows } = await db.query<Omit<Partition, 'from' | 'to'>>(NATIVE, [tables])
  return rows.flatMap((row) => {
    const [, year, month, day] = NAMED.exec(row.name) ?? []
    if (day === undefined) return [] // somebody else's
    const from = Date.UTC(Number(year), Number(month) - 1, Number(day))
    return [{ ...row, from, to: from + PARTITIONED[row.table] * 86_400_000 }]
  })
}

/** How long each table is kept, ms, and how many bytes the database may take; undefined for no such bound. */
export interface Keep {
  ages: Readonly<Record<Partitioned, number>>
  maxDisk: number | undefined
}

export interface Doomed extends Partition {
  why: 'age' | 'disk'
}

/**
 * Which partitions are to go now, in this order: first what is older than its table is kept; then, while the database
 * takes more than it may, whatever is oldest as a share of its table's keep. So a day of raw samples that is six of its
 * seven days old goes before hours that are thirty of their 400 days old, and a small disk shortens all of them alike.
 * A table's newest partition, and whatever holds today or the future, never goes.
 *
 * @param used bytes that the database takes  @param now epoch ms
 */
export function toDrop(
  partitions: readonly Partition[],
  { ages, maxDisk }: Keep,
  used: number,
  now: number
): Doomed[] {
  const tooOld = partitions
    .filter(({ table, to }) => to <= now - ages[table])
    .sort((a, b) => a.to - b.to)
    .map((partition) => ({ ...partition, why: 'age' as const }))
  if (maxDisk === undefined) return tooOld
  let left = used - tooOld.reduce((sum, { bytes }) => sum + bytes, 0)
  const age = ({ table, to }: Partition) => (now - to) / ages[table]
  const newest = new Map<Partitioned, number>()
  for (const { table, from, bytes } of partitions) {
    if (bytes > EMPTY && from <= now) newest.set(table, Math.max(from, newest.get(table) ?? 0))
  }
  const dropped = new Set(tooOld.map(({ name }) => name))
  const byAge = partitions
    .filter(({ name, table, from, to }) => !dropped.has(name) && to <= now && from !== newest.get(table))
    .sort((a, b) => age(b) - age(a))
  const forRoom: Doomed[] = []
  for (const partition of byAge) {
    if (left <= maxDisk) break
    left -= partition.bytes
    forRoom.push({ ...partition, why: 'disk' })
  }
  return [...tooOld, ...forRoom]
}

/** A partition without rows takes about so much, with its indexes. */
const EMPTY = 128 * 1024

/** Bytes that the database takes: tables, indexes, what is being deleted; not its write-ahead log. */
export async function databaseSize(db: Pool): Promise<number> {
  const { rows } = await db.query<{ size: number }>('select pg_database_size(current_database()) as size')
  return Number(rows[0]?.size ?? 0)
}

/**
 * Drops one partition. Waits only a moment for whoever reads it: everybody else would have to wait behind.
 *
 * @param keep asked once nobody can write to it any more: true leaves it as it was
 * @returns false where somebody held it, or `keep` did; to be tried again later
 */
export async function dropPartition(
  db: Pool,
  { table, name, from, to }: Partition,
  keep: (client: PoolClient) => Promise<boolean> = async () => false
): Promise<boolean> {
  const edition = await readEdition(db)
  try {
    await transaction(db, async (client) => {
      await client.query("set local lock_timeout = '1s'")
      if (edition === 'native') await client.query(`drop table if exists ${name}`)
      else
        await client.query(
          'select drop_chunks($1::regclass, older_than => $2::timestamptz, newer_than => $3::timestamptz)',
          [table, new Date(to), new Date(from)]
        )
      if (await keep(client)) throw new Kept()
    })
    return true
  } catch (error) {
    if (error instanceof Kept) return false
    if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return false
    throw error
  }
}

/** Rolls the drop back. */
class Kept extends Error {}

const LOCK_NOT_AVAILABLE = '55P03'
