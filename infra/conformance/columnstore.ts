/** What the conformance suite asks of a Community edition: to run its policies now, and what they saved. */
import type { Pool } from '@miniobserv/db'
import type { Kind } from './lane.ts'

/** Runs the columnstore policies, as TimescaleDB's own jobs would. @returns how many partitions are columnstore; 0 elsewhere */
export async function runPolicies(db: Pool, kind: Kind): Promise<number> {
  if (kind !== 'community') return 0
  const jobs = await db.query<{ id: number }>(
    'select job_id as id from timescaledb_information.jobs where hypertable_name is not null order by 1'
  )
  for (const { id } of jobs.rows) await db.query(`call run_job(${id})`)
  const { rows } = await db.query<{ n: number }>(
    'select count(*) as n from timescaledb_information.chunks where is_compressed'
  )
  return rows[0]?.n ?? 0
}

/** Bytes of a table's columnstore partitions, indexes included, as rows and now. */
export async function columnstoreBytes(db: Pool, table: string): Promise<{ before: number; after: number }> {
  const { rows } = await db.query<{ before: number; after: number }>(
    `select before_compression_total_bytes as before, after_compression_total_bytes as after
     from hypertable_columnstore_stats($1)`,
    [table]
  )
  return { before: rows[0]?.before ?? 0, after: rows[0]?.after ?? 0 }
}
