/** `bench disk-community`: bytes a sample in TimescaleDB's columnstore, with the policies that the product sets. */
import { migrate } from '@miniobserv/db'
import { columnstoreBytes, runPolicies } from '../conformance/columnstore.ts'
import { readKind } from '../conformance/lane.ts'
import { inProcessTimescale } from '../testkit/pglite.ts'
import type { Bench, Benchmark, Result } from './benchmark.ts'
import { fillFrames, rollUpAll } from './fill-frames.ts'
import { SERIES_OF_A_HOST } from './host-values.ts'

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000
/** What the product promises, bytes a sample. */
const MOST = 3.2

export const diskCommunity: Benchmark = {
  summary: "bytes a sample, raw and rollups, in the columnstore of TimescaleDB's Community edition",
  options: {
    hosts: { default: '20', help: 'simulated hosts of 60 series' },
    hours: { default: '24', help: 'of one day that are filled' }
  },
  run
}

async function run(flags: Record<string, string>, { note, defer, signal }: Bench): Promise<Result> {
  const [hosts, hours] = [Number(flags.hosts), Number(flags.hours)]
  const { pool, reconnect, close } = await inProcessTimescale()
  defer(close)
  await migrate(pool)
  await reconnect()
  const { name, kind } = await readKind(pool)
  note(name)
  // Old enough for every policy, the hours' too: their partitions are of thirty days.
  const start = Math.floor(Date.now() / (30 * DAY)) * 30 * DAY - 5 * DAY
  await fillFrames(pool, hosts, start, hours, signal)
  note(`${hosts} hosts, ${hours} hours`)
  await rollUpAll(pool, signal)
  note('rolled up')
  await runPolicies(pool, kind)
  const figures: Result['figures'] = { hosts, hours }
  const perTable = { frames: 10_000, frames_1m: MINUTE, frames_1h: HOUR }
  let raw = Number.POSITIVE_INFINITY
  for (const [table, width] of Object.entries(perTable)) {
    const samples = (hosts * SERIES_OF_A_HOST * hours * HOUR) / width
    const { before, after } = await columnstoreBytes(pool, table)
    if (table === 'frames') raw = after / samples
    figures[`${table}, bytes a value as rows`] = (before / samples).toFixed(2)
    figures[`${table}, bytes a value as columns`] = (after / samples).toFixed(2)
  }
  return { passed: raw <= MOST, figures, remarks: [`raw samples may take ${MOST} bytes`] }
}
