/** `bench disk`: bytes a sample of the database at hand, raw and rolled up, indexes and all. */
import { randomBytes } from 'node:crypto'
import { listPartitions, migrate, openPool, type Pool } from '@miniobserv/db'
import { startPostgres } from '../local/postgres.ts'
import type { Bench, Benchmark, Result } from './benchmark.ts'
import { fillFrames, rollUpAll } from './fill-frames.ts'
import { SERIES_OF_A_HOST } from './host-values.ts'

const HOUR = 3_600_000
const DAY = 86_400_000
/** What the product promises of a plain PostgreSQL, bytes a sample. */
const MOST = 11.5

export const disk: Benchmark = {
  summary:
    'bytes a sample, raw and rollups, with indexes; in the embedded PostgreSQL or that of DATABASE_URL',
  options: {
    hosts: { default: '50', help: 'simulated hosts of 60 series' },
    hours: { default: '24', help: 'that are filled' }
  },
  run
}

async function run(flags: Record<string, string>, bench: Bench): Promise<Result> {
  const [hosts, hours] = [Number(flags.hosts), Number(flags.hours)]
  const { note, signal } = bench
  const db = await emptyDatabase(bench)
  const { rows } = await db.query<{ name: string }>('select version() as name')
  note(rows[0]?.name.split(' on ')[0] ?? '')
  const start = Math.floor(Date.now() / DAY) * DAY - Math.ceil(hours / 24) * DAY
  await fillFrames(db, hosts, start, hours, signal)
  note(`${hosts} hosts, ${hours} hours`)
  await rollUpAll(db, signal)
  note('rolled up')
  const partitions = await listPartitions(db)
  const figures: Result['figures'] = { hosts, hours, 'series a host': SERIES_OF_A_HOST }
  const perTable = { frames: 10_000, frames_1m: 60_000, frames_1h: HOUR }
  const perSample: number[] = []
  for (const [table, width] of Object.entries(perTable)) {
    const own = partitions.filter((partition) => partition.table === table)
    const bytes = own.reduce((sum, partition) => sum + partition.bytes, 0)
    const each = bytes / ((hosts * SERIES_OF_A_HOST * hours * HOUR) / width)
    perSample.push(each)
    figures[`${table}, MiB`] = Math.round(bytes / 1024 ** 2)
    figures[`${table}, bytes a value`] = each.toFixed(2)
  }
  const [raw = Number.POSITIVE_INFINITY, minutes = 0, hourly = 0] = perSample
  const days = (count: number, width: number) => (count * SERIES_OF_A_HOST * DAY) / width
  const kept = days(7, 10_000) * raw + days(30, 60_000) * minutes + days(400, HOUR) * hourly
  figures['a host as kept by default, MiB'] = Math.round(kept / 1024 ** 2)
  return { passed: raw <= MOST, figures, remarks: [`raw samples may take ${MOST} bytes`] }
}

/** One of its own, gone at the end: in a server that this starts, or beside what DATABASE_URL names. */
async function emptyDatabase({ home, defer }: Bench): Promise<Pool> {
  const options = { name: 'bench', max: 2, onError: () => undefined }
  let server = process.env.DATABASE_URL
  if (!server) {
    const postgres = await startPostgres({ home, throwaway: true })
    defer(() => postgres.stop())
    server = postgres.url
  }
  const name = `bench_${randomBytes(6).toString('hex')}`
  const admin = openPool(server, options)
  defer(() => admin.end())
  await admin.query(`create database ${name}`)
  defer(() => admin.query(`drop database ${name} with (force)`))
  const url = new URL(server)
  url.pathname = `/${name}`
  const db = openPool(url.href, options)
  defer(() => db.end())
  await migrate(db)
  return db
}
