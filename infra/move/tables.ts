/** Which tables there are to move, in which order, and what is told apart about each. */
import { PARTITIONED, type Partitioned, type Pool } from '@miniobserv/db'

export interface Table {
  name: string
  columns: string[]
  /** Columns whose numbers a sequence gives out. */
  identities: string[]
}

/**
 * All of the schema's tables but the list of migrations, the partitioned ones left out: those that others refer to come
 * first. Whatever a later migration adds is among them.
 */
export async function plainTables(db: Pool): Promise<Table[]> {
  const { rows } = await db.query<Table>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns,
            coalesce(array_agg(a.attname::text) filter (where a.attidentity <> ''), '{}') as identities
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relnamespace = current_schema::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname <> 'schema_versions' and c.relname <> all ($1)
       and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
     group by c.relname`,
    [partitionedTables()]
  )
  const references = await db.query<{ from: string; to: string }>(
    `select conrelid::regclass::text as "from", confrelid::regclass::text as "to"
     from pg_constraint where contype = 'f' and connamespace = current_schema::regnamespace and conrelid <> confrelid`
  )
  return inOrder(rows, references.rows)
}

export const partitionedTables = (): Partitioned[] => Object.keys(PARTITIONED) as Partitioned[]

export async function columnsOf(db: Pool, table: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table]
  )
  return rows.map(({ name }) => name)
}

/** @throws where tables refer to each other in a circle */
function inOrder(tables: readonly Table[], references: readonly { from: string; to: string }[]): Table[] {
  const ordered: Table[] = []
  const placed = new Set<string>()
  let waiting = [...tables]
  while (waiting.length > 0) {
    const ready = waiting.filter(({ name }) =>
      references.every(({ from, to }) => from !== name || placed.has(to))
    )
    if (ready.length === 0)
      throw new Error(`${waiting.map(({ name }) => name)} refer to each other in a circle`)
    for (const table of ready) placed.add(table.name)
    ordered.push(...ready)
    waiting = waiting.filter(({ name }) => !placed.has(name))
  }
  return ordered
}

/** The newest migration that was applied; 0 where this is no database of ours. */
export async function schemaVersion(db: Pool): Promise<number> {
  const { rows } = await db.query<{ there: boolean }>(
    `select to_regclass('schema_versions') is not null as there`
  )
  if (!rows[0]?.there) return 0
  const versions = await db.query<{ version: number }>(
    'select coalesce(max(version), 0) as version from schema_versions'
  )
  return Number(versions.rows[0]?.version)
}
