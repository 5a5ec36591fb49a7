/** TimescaleDB's Community edition: what is old enough is turned into columns, several times smaller. */
import type { PoolClient } from 'pg'
import type { Partitioned } from './partitions.ts'

/**
 * How long after its end a partition becomes columnstore. Frames that come late are simply added to it; a minute or an
 * hour that is computed anew must be unpacked first. Agents keep a day of what they could not send, so that minutes and
 * hours wait for as long. Log blocks stay rows: their texts are packed already, and only rows have a trigram index.
 */
const AFTER: Partial<Record<Partitioned, string>> = {
  frames: '2 hours',
  frames_1m: '1 day',
  frames_1h: '1 day'
}

/** Shorter than a day, so that less of what is kept is still rows; what is there already keeps its length. */
const FRAMES_CHUNK = '6 hours'

/**
 * Turns on the columnstore, with its policy, for each table that has none yet; a policy that somebody has changed stays.
 * Does nothing on the Apache edition, on a TimescaleDB before 2.18, and without the extension.
 */
export async function enableColumnstore(client: PoolClient): Promise<void> {
  if (!(await hasColumnstore(client))) return
  const { rows } = await client.query<{ table: Partitioned; columnar: boolean; policy: boolean }>(
    `select h.hypertable_name as "table", h.compression_enabled as columnar, exists (
       select from timescaledb_information.jobs j
       where (j.hypertable_schema, j.hypertable_name) = (h.hypertable_schema, h.hypertable_name)
         and j.proc_name in ('policy_compression', 'policy_columnstore')
     ) as policy
     from timescaledb_information.hypertables h
     where h.hypertable_schema = current_schema and h.hypertable_name = any($1)`,
    [Object.keys(AFTER)]
  )
  for (const { table, columnar, policy } of rows) {
    if (!columnar) {
      await client.query(
        `alter table ${table} set (timescaledb.enable_columnstore, timescaledb.segmentby = 'host_id',
           timescaledb.orderby = 'time, layout_id')`
      )
      if (table === 'frames')
        await client.query(`select set_chunk_time_interval('frames', interval '${FRAMES_CHUNK}')`)
    }
    if (!policy) {
      await client.query(
        `call add_columnstore_policy('${table}', after => interval '${AFTER[table]}', schedule_interval => interval '1 hour')`
      )
    }
  }
  await liftLimit(client)
}

async function hasColumnstore(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ ready: boolean }>(
    `select current_setting('timescaledb.license', true) = 'timescale'
        and exists (select from pg_proc where proname = 'add_columnstore_policy') as ready`
  )
  return rows[0]?.ready === true
}

/**
 * By default a transaction that unpacks more than 100,000 rows fails (53400). Hours of many hosts, computed anew, unpack
 * more, and would fail again and again. Kept with this role, so that it holds for every later connection.
 */
async function liftLimit(client: PoolClient): Promise<void> {
  await client.query(`
    do $$ begin
      if current_setting('timescaledb.max_tuples_decompressed_per_dml_transaction', true) <> '0' then
        execute format('alter role %I in database %I set timescaledb.max_tuples_decompressed_per_dml_transaction = 0',
          current_user, current_database());
      end if;
    end $$`)
}
