/** Moves a whole database to another server, whatever the editions: the tables at once, then partition by partition. */
import {
  listPartitions,
  migrate,
  type Partition,
  type Pool,
  type PoolClient,
  partitionKeeper,
  transaction
} from '@miniobserv/db'
import { copyRows } from './copy.ts'
import { moveProgress } from './progress.ts'
import { columnsOf, partitionedTables, plainTables, schemaVersion, type Table } from './tables.ts'

/** What cannot be moved, or was not moved right; the message says what to do. */
export class MoveError extends Error {
  override name = 'MoveError'
  readonly code: 'not_ours' | 'other_version' | 'target_has_data' | 'nothing_to_resume' | 'differs'
  constructor(code: MoveError['code'], message: string) {
    super(message)
    this.code = code
  }
}

export interface MoveOptions {
  source: Pool
  target: Pool
  /** Goes on with a move that was interrupted. */
  resume: boolean
  tell: (line: string) => void
}

/** The comment on the target's table of hosts while a move is under way. */
const UNDER_WAY = 'a move into this database is under way'
const DAY = 86_400_000

/**
 * The target's schema is made, and filled. Every partition is copied in one transaction, so that each is there whole or
 * not at all, and an interrupted move can be resumed. The source is only read.
 *
 * @returns rows by table, as counted in both databases at the end
 * @throws {MoveError}
 */
export async function moveDatabase({
  source,
  target,
  resume,
  tell
}: MoveOptions): Promise<Map<string, number>> {
  const version = await schemaVersion(source)
  if (version === 0)
    throw new MoveError('not_ours', 'There is no MiniObserv data in the database to move from.')
  await migrate(target)
  const ours = await schemaVersion(target)
  if (version !== ours) {
    const detail = `The database to move from has schema ${version}, this program makes ${ours}`
    const advice = version < ours ? 'start its server once with this version' : 'use the newer version'
    throw new MoveError('other_version', `${detail}: ${advice}, then move.`)
  }
  await claimTarget(target, resume)
  await warnOfWriters(source, tell)

  const tables = await plainTables(target)
  tell(`${tables.length} tables: hosts, series, layouts, and the like`)
  await moveTables(source, target, tables)
  await movePartitions(source, target, tell)
  tell('Counting the rows of both')
  const counts = await compare(source, target, [...tables.map(({ name }) => name), ...partitionedTables()])
  await target.query('comment on table hosts is null')
  await target.query('analyze')
  return counts
}

async function claimTarget(target: Pool, resume: boolean): Promise<void> {
  const { rows } = await target.query<{ comment: string | null }>(
    `select obj_description('hosts'::regclass, 'pg_class') as comment`
  )
  const underWay = rows[0]?.comment === UNDER_WAY
  if (resume && !underWay) {
    throw new MoveError(
      'nothing_to_resume',
      'No interrupted move is in the database to move to; leave out --resume.'
    )
  }
  if (resume) return
  if (underWay) {
    throw new MoveError(
      'target_has_data',
      'An interrupted move is in the database to move to: go on with --resume.'
    )
  }
  for (const table of ['hosts', ...partitionedTables()]) {
    const { rowCount } = await target.query(`select from ${table} limit 1`)
    if (rowCount) {
      throw new MoveError(
        'target_has_data',
        `The database to move to has data already (${table}). Give an empty one: create database …`
      )
    }
  }
  await target.query(`comment on table hosts is '${UNDER_WAY}'`)
}

async function warnOfWriters(source: Pool, tell: (line: string) => void): Promise<void> {
  const { rows } = await source.query<{ name: string }>(
    `select distinct application_name as name from pg_stat_activity
     where datname = current_database() and application_name in ('server', 'writer', 'alerter', 'query') order by 1`
  )
  if (rows.length > 0) {
    const names = rows.map(({ name }) => name).join(', ')
    tell(
      `Still connected to the database to move from: ${names}. What they write from now on may be left behind.`
    )
  }
}

/** What the target made by itself, for example its default rules, is replaced. */
async function moveTables(source: Pool, target: Pool, tables: readonly Table[]): Promise<void> {
  await transaction(target, async (client) => {
    await client.query(`truncate ${tables.map(({ name }) => name).join(', ')}`)
    for (const { name, columns, identities } of tables) {
      await copyRows(source, client, { table: name, columns })
      for (const column of identities) await moveSequence(source, client, name, column)
    }
  })
}

/** The next id is the one that the source would have given. */
async function moveSequence(source: Pool, client: PoolClient, table: string, column: string): Promise<void> {
  const named = await source.query<{ name: string }>('select pg_get_serial_sequence($1, $2) as name', [
    table,
    column
  ])
  const { rows } = await source.query(`select last_value, is_called from ${named.rows[0]?.name}`)
  const { last_value, is_called } = rows[0] ?? {}
  await client.query('select setval(pg_get_serial_sequence($1, $2), $3, $4)', [
    table,
    column,
    last_value,
    is_called
  ])
}

async function movePartitions(source: Pool, target: Pool, tell: (line: string) => void): Promise<void> {
  // Newest first: what people look at is there first.
  const partitions = (await listPartitions(source)).sort((a, b) => b.from - a.from)
  const columns = new Map<string, string[]>()
  for (const table of partitionedTables()) columns.set(table, await columnsOf(source, table))
  const progress = moveProgress(
    partitions.reduce((sum, { bytes }) => sum + bytes, 0),
    tell
  )
  const keeper = partitionKeeper(target)
  for (const partition of partitions) {
    const { table, from, to, bytes } = partition
    progress.begin(`${table} ${new Date(from).toISOString().slice(0, 10)}`, bytes)
    const where = `time >= '${new Date(from).toISOString()}' and time < '${new Date(to).toISOString()}'`
    const [wanted, there] = await Promise.all([countOf(source, table, where), countOf(target, table, where)])
    if (wanted === there) {
      progress.end(wanted === 0 ? 0 : 'there already')
      continue
    }
    await keeper.ensure(daysOf(partition), [table])
    const copied = await transaction(target, async (client) => {
      if (there > 0) await client.query(`delete from ${table} where ${where}`)
      return await copyRows(source, client, { table, columns: columns.get(table) ?? [], where }, progress.add)
    })
    progress.end(copied)
  }
}

const daysOf = ({ from, to }: Partition): number[] =>
  Array.from({ length: Math.ceil((to - from) / DAY) }, (_, day) => from + day * DAY)

async function countOf(db: Pool, table: string, where = 'true'): Promise<number> {
  const { rows } = await db.query<{ n: number }>(`select count(*) as n from ${table} where ${where}`)
  return rows[0]?.n ?? 0
}

/** @throws {MoveError} `differs` */
async function compare(source: Pool, target: Pool, tables: readonly string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const differences: string[] = []
  for (const table of tables) {
    const [there, here] = await Promise.all([countOf(source, table), countOf(target, table)])
    if (there !== here) differences.push(`${table}: ${here} of ${there}`)
    counts.set(table, here)
  }
  if (differences.length === 0) return counts
  throw new MoveError(
    'differs',
    `Not everything arrived (${differences.join('; ')}). Was something still writing? Stop the server, then go on with --resume.`
  )
}
