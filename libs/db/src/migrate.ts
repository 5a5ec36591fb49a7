/** Brings the schema up to date; every process that needs the database calls it before anything else. */
import { join } from 'node:path'
import type { Pool } from 'pg'
import Postgrator from 'postgrator'
import { enableColumnstore } from './columnstore.ts'
import { installPartitioning } from './partitions.ts'

/** Any constant will do, as long as nothing else in this database locks it. */
const MIGRATION_LOCK = 7_266_101

/**
 * Applies the numbered files of `migrations/` that this database has not seen, one process at a time: whoever comes
 * second waits for the advisory lock and then finds nothing to do. What an edition offers besides is turned on at every
 * start, so that a database that gets another edition later has it too.
 *
 * @throws where a file that was already applied has changed since, or where its SQL fails.
 */
export async function migrate(db: Pool): Promise<void> {
  const client = await db.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await installPartitioning(client)
    const postgrator = new Postgrator({
      migrationPattern: join(import.meta.dirname, '../migrations/*.sql'),
      driver: 'pg',
      schemaTable: 'schema_versions',
      newline: 'LF',
      execQuery: (sql: string) => client.query(sql)
    })
    await postgrator.migrate()
    await enableColumnstore(client)
  } finally {
    // Ends the session's lock too, whatever state the connection is in.
    client.release(true)
  }
}
