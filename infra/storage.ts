/** `npm run storage`: what each table takes, how far back it goes, and what retention and MAX_DISK would drop now. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import {
  type Doomed,
  databaseSize,
  type Keep,
  listPartitions,
  openPool,
  type Partition,
  type TableStorage,
  tableStorage,
  toDrop
} from '@miniobserv/db'
import { describe, readSettings, Secret } from '@miniobserv/settings'
import { KeepSettings, keepOf } from '@miniobserv/writer'
import Type from 'typebox'

const HELP = `What the database takes, table by table.

  npm run storage                what there is: since when, until when, how many rows (about), how many bytes
  npm run storage -- --dry-run   and what the writer would drop now, and why; drops nothing
  npm run storage -- --json      as one JSON document, with every partition

The database is that of DATABASE_URL; without it that of npm run up in DATA_DIR (.miniobserv), while it runs. What is kept
is what the writer keeps if it has the same settings:

${describe(KeepSettings)}`

const WHY: Record<Doomed['why'], string> = { age: 'older than its table is kept', disk: 'over MAX_DISK' }

interface Found {
  /** Bytes of the whole database. */
  used: number
  partitions: Partition[]
  keep: Keep
  doomed: Doomed[]
}

async function find(url: string, keep: Keep, now: number): Promise<Found> {
  const db = openPool(url, { name: 'storage', max: 1, onError: () => undefined })
  try {
    const [used, partitions] = [await databaseSize(db), await listPartitions(db)]
    return { used, partitions, keep, doomed: toDrop(partitions, keep, used, now) }
  } catch (error) {
    // An address with several numbers fails with one error for each, and no message of its own.
    const { message, errors } = error as AggregateError
    throw new Error(`The database cannot be used: ${message || errors?.[0]?.message}`)
  } finally {
    await db.end()
  }
}

function tell({ used, partitions, keep, doomed }: Found, dryRun: boolean, now: number): void {
  const lines = tableStorage(partitions, now).map((found) => {
    const { table, from, to, bytes } = found
    return [
      table,
      String(found.partitions),
      from === null ? '' : day(from),
      to === null ? '' : day(to),
      rowsOf(found),
      size(bytes),
      `${Math.round(keep.ages[table] / 86_400_000)} d`
    ]
  })
  const rest = used - bytesOf(partitions)
  print([
    ['table', 'partitions', 'from', 'until', 'rows', 'bytes', 'kept'],
    ...lines,
    ['the rest', '', '', '', '', size(rest), '']
  ])
  const budget = keep.maxDisk === undefined ? 'MAX_DISK is not set' : `MAX_DISK is ${size(keep.maxDisk)}`
  console.log(`\nThe database takes ${size(used)}; ${budget}.`)
  if (dryRun) tellDoomed(doomed, used, keep)
}

function tellDoomed(doomed: Doomed[], used: number, { maxDisk }: Keep): void {
  const left = used - bytesOf(doomed)
  if (doomed.length === 0) console.log('Nothing would be dropped.')
  else {
    console.log(`\n${doomed.length} would be dropped, in this order; ${size(left)} would be left:\n`)
    print(
      doomed.map(({ name, from, to, bytes, why }) => [
        name,
        `${day(from)} to ${day(to)}`,
        size(bytes),
        WHY[why]
      ])
    )
  }
  if (maxDisk !== undefined && left > maxDisk)
    console.log('That is more than MAX_DISK, but nothing more may go: the newest of each table stays.')
}

const bytesOf = (partitions: readonly Partition[]) => partitions.reduce((sum, { bytes }) => sum + bytes, 0)

/** What PostgreSQL has counted; whether that is all there is. */
function rowsOf({ rows, counted }: TableStorage): string {
  if (counted === 'none') return 'not counted'
  return counted === 'all' ? rows.toLocaleString('en') : `over ${rows.toLocaleString('en')}`
}

const day = (time: number) => new Date(time).toISOString().slice(0, 10)

function size(bytes: number): string {
  const unit = ['KiB', 'MiB', 'GiB', 'TiB'].findLast((_, i) => Math.abs(bytes) >= 1024 ** (i + 1)) ?? 'KiB'
  return `${(bytes / 1024 ** (['KiB', 'MiB', 'GiB', 'TiB'].indexOf(unit) + 1)).toFixed(1)} ${unit}`
}

/** Names to the left, figures to the right. */
function print(rows: readonly string[][]): void {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  for (const row of rows) {
    const cells = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)
    )
    console.log(`  ${cells.join('  ').trimEnd()}`)
  }
}

/** The PostgreSQL that `npm run up` runs, where none is given. */
function databaseUrl(): string {
  if (process.env.DATABASE_URL || process.env.DATABASE_URL_FILE) {
    return readSettings(Type.Object({ DATABASE_URL: Secret() }), process.env).DATABASE_URL
  }
  const file = join(resolve(process.env.DATA_DIR || '.miniobserv'), 'postgres/miniobserv.json')
  if (!existsSync(file))
    throw new Error(`Set DATABASE_URL, or DATA_DIR to that of npm run up: there is no ${file}.`)
  const { port, password } = JSON.parse(readFileSync(file, 'utf8'))
  return `postgres://miniobserv:${password}@127.0.0.1:${port}/miniobserv`
}

try {
  const { values } = parseArgs({
    options: {
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' }
    }
  })
  if (values.help) console.log(HELP)
  else {
    const now = Date.now()
    const found = await find(databaseUrl(), keepOf(readSettings(KeepSettings, process.env)), now)
    if (values.json) console.log(JSON.stringify(found))
    else tell(found, values['dry-run'], now)
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
