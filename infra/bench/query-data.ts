/**
 * What a hundred hosts leave behind over a year, written straight into the tables that retention would have kept: raw
 * samples, minutes and hours, in the order in which a writer stores them. The values wander, as those of hosts do.
 */
import { once } from 'node:events'
import { ensurePartitions, type Pool } from '@miniobserv/db'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

export interface DataPlan {
  hosts: number
  /** Of each host. */
  series: number
  /** How many days each tier reaches back. */
  days: Record<Tier, number>
}

type Tier = 'frames' | 'frames_1m' | 'frames_1h'

const DAY = 86_400_000
/** ms between two rows of a host. */
const WIDTH: Record<Tier, number> = { frames: 10_000, frames_1m: 60_000, frames_1h: 3_600_000 }
const FLOAT8 = 701
const FLOAT4 = 700
/** Epoch ms of 2000-01-01, from which PostgreSQL counts its microseconds. */
const POSTGRES_EPOCH = 946_684_800_000

export const MODES = ['user', 'system', 'idle', 'iowait', 'nice', 'interrupt', 'steal']

/** Hosts, series and one layout; series 1 is `system.memory.utilization`, the next ones are CPU modes. */
export async function makeCatalogue(db: Pool, { hosts, series }: DataPlan): Promise<void> {
  const named = Array.from({ length: series }, (_, i) => {
    if (i === 0) return { name: 'system.memory.utilization', labels: {}, unit: '1' }
    const mode = MODES[i - 1]
    if (mode) return { name: 'system.cpu.utilization', labels: { 'cpu.mode': mode }, unit: '1' }
    const labels = {
      'network.interface.name': `eth${i >> 1}`,
      'network.io.direction': i % 2 ? 'transmit' : 'receive'
    }
    return { name: 'system.network.io', labels, unit: 'By/s' }
  })
  await db.query(
    `insert into hosts (name, first_seen, last_seen)
     select 'host-' || lpad(i::text, 5, '0'), now() - interval '400 days', now() from generate_series(1, $1) i`,
    [hosts]
  )
  await db.query(
    `insert into series (name, labels, unit)
     select name, labels, unit from jsonb_to_recordset($1) as s (name text, labels jsonb, unit text)`,
    [JSON.stringify(named)]
  )
  await db.query(
    `insert into layouts (hash, series_ids) select 'bench', array_agg(id order by id) from series`
  )
}

/** What rows hold: asked for all series of all hosts, host by host, one time after the other. */
export interface Source {
  /** @param time epoch ms  @param width of the row, ms */
  go(time: number, width: number): void
  /** @param i the host's number × series + the series', both from 0 */
  mean(i: number): number
  least(i: number): number
  greatest(i: number): number
}

/** Fills the tiers back from `now`, and notes how far they reach. */
export async function fillTiers(
  db: Pool,
  url: string,
  plan: DataPlan,
  now: number,
  note: (text: string) => void,
  source: () => Source = () => walk(plan.hosts * plan.series)
): Promise<void> {
  for (const tier of ['frames_1h', 'frames_1m', 'frames'] as const) {
    const began = performance.now()
    const width = WIDTH[tier]
    const to = Math.floor(now / width) * width
    const rows = await fill(db, url, plan, tier, to - plan.days[tier] * DAY, to, source())
    const seconds = (performance.now() - began) / 1_000
    note(`${rows} rows of ${tier} in ${seconds.toFixed(0)} s`)
  }
  const reach = [
    ['frames_1m', 'frames'],
    ['frames_1h', 'frames_1m']
  ] as const
  for (const [i, [tier, source]] of reach.entries()) {
    await db.query('update rollup_progress set done_until = $2, dropped_until = $3 where tier = $1', [
      i + 1,
      new Date(Math.floor(now / WIDTH[tier]) * WIDTH[tier]),
      new Date(now - plan.days[source] * DAY)
    ])
  }
}

/** Rows of all hosts, time by time; `to` is not in it. @returns how many */
export async function fill(
  db: Pool,
  url: string,
  plan: DataPlan,
  tier: Tier,
  from: number,
  to: number,
  source: Source = walk(plan.hosts * plan.series)
): Promise<number> {
  const width = WIDTH[tier]
  const times: number[] = []
  for (let time = Math.ceil(from / width) * width; time < to; time += width) times.push(time)
  if (times.length === 0) return 0
  await ensurePartitions(db, [tier], times.filter((time) => time % DAY === 0).concat(times[0] as number))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const copy = client.query(copyFrom(`copy ${tier} from stdin with (format binary)`))
    const done = new Promise<void>((resolve, reject) => copy.on('finish', resolve).on('error', reject))
    copy.write(Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]))
    for (const time of times) {
      source.go(time, width)
      if (!copy.write(rowsAt(tier, time, plan, source))) await once(copy, 'drain')
    }
    const trailer = Buffer.alloc(2)
    trailer.writeInt16BE(-1)
    copy.end(trailer)
    await done
  } finally {
    await client.end()
  }
  return times.length * plan.hosts
}

/** Values between 0 and 1 that go a little up or down with each row. */
function walk(count: number): Source {
  const values = Float64Array.from({ length: count }, (_, i) => (i % 97) / 97)
  return {
    go() {
      for (const [i, value] of values.entries()) {
        const next = Math.abs(value + (Math.random() - 0.5) * 0.02)
        values[i] = next > 1 ? 2 - next : next
      }
    },
    mean: (i) => values[i] as number,
    least: (i) => (values[i] as number) * 0.9,
    greatest: (i) => (values[i] as number) * 1.1
  }
}

/** The rows of all hosts at one time, in COPY's binary form: https://www.postgresql.org/docs/current/sql-copy.html */
function rowsAt(tier: Tier, time: number, { hosts, series }: DataPlan, source: Source): Buffer {
  const raw = tier === 'frames'
  const arrays = raw ? 1 : 4
  const element = raw ? 8 : 4
  const arrayBytes = 20 + series * (4 + element)
  const rowBytes = 2 + (4 + 8) + 2 * (4 + 4) + arrays * (4 + arrayBytes)
  const buffer = Buffer.alloc(rowBytes * hosts)
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
  let at = 0
  const int = (value: number): void => {
    view.setInt32(at, value)
    at += 4
  }
  const array = (value: (i: number) => number): void => {
    for (const member of [arrayBytes, 1, 0, raw ? FLOAT8 : FLOAT4, series, 1]) int(member)
    for (let i = 0; i < series; i++) {
      int(element)
      if (raw) view.setFloat64(at, value(i))
      else view.setFloat32(at, value(i))
      at += element
    }
  }
  for (let host = 0; host < hosts; host++) {
    const first = host * series
    view.setInt16(at, 3 + arrays)
    at += 2
    int(8)
    view.setBigInt64(at, BigInt(time - POSTGRES_EPOCH) * 1000n)
    at += 8
    for (const id of [host + 1, 1]) {
      int(4)
      int(id)
    }
    array((i) => source.mean(first + i))
    if (raw) continue
    array((i) => source.least(first + i))
    array((i) => source.greatest(first + i))
    array(() => WIDTH[tier] / WIDTH.frames)
  }
  return buffer
}
