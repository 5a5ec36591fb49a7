/**
 * From frames to minutes, from minutes to hours. Whatever is noted as due is computed anew as a whole, so that late data
 * and a second run change nothing but what they should.
 */
import {
  type Partitioned,
  type PartitionKeeper,
  type Pool,
  type PoolClient,
  transaction
} from '@miniobserv/db'

export interface Tier {
  /** As in `rollups_due`. */
  number: 1 | 2
  table: Partitioned & `frames_${string}`
  /** Of a bucket, ms. */
  width: number
  /** A bucket is computed when it has been over for so long, ms: most of what is late comes by then. */
  grace: number
}

export const MINUTES: Tier = { number: 1, table: 'frames_1m', width: 60_000, grace: 30_000 }
export const HOURS: Tier = { number: 2, table: 'frames_1h', width: 3_600_000, grace: 120_000 }

/** Rows of one statement: hosts × buckets. */
const CHUNK = 2_000

/** Of one transaction, more or less: hosts × buckets, counted as often as they are noted. */
const STEP = 60_000

/** Whoever rolls up or drops partitions holds this; several writers take turns. */
const UPKEEP_LOCK = 7_266_103

/** Holds until the transaction ends; false where another writer is at it. */
export async function takeTurn(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [
    UPKEEP_LOCK
  ])
  return rows[0]?.mine === true
}

/** One step: `undefined` where another writer is at it, else how many rows were computed; 0 when nothing is due. */
export async function rollUpStep(
  db: Pool,
  partitions: PartitionKeeper,
  tier: Tier,
  now: number
): Promise<number | undefined> {
  const until = await cutoff(db, tier, now)
  return await transaction(db, async (client) => {
    if (!(await takeTurn(client))) return undefined
    const end = await stepEnd(client, tier, until)
    if (end === undefined) {
      await advance(client, tier, until)
      return 0
    }
    const due = await takeDue(client, tier, end)
    await partitions.ensure(new Set(due.map(({ time }) => time)), [tier.table])
    const { dropped } = await progress(client, tier)
    for (let start = 0; start < due.length; start += CHUNK) {
      const chunk = due.slice(start, start + CHUNK)
      // Of what is partly gone already, only what was never computed: the rest would be computed from a remnant.
      await compute(
        client,
        tier,
        chunk.filter(({ time }) => time >= dropped),
        'anew'
      )
      await compute(
        client,
        tier,
        chunk.filter(({ time }) => time < dropped),
        'once'
      )
    }
    if (tier === MINUTES) await noteHours(client, due)
    await advance(client, tier, end)
    return due.length
  })
}

/** The end of what may be computed by now, epoch ms: hours only of minutes that are there. */
async function cutoff(db: Pool, { width, grace, number }: Tier, now: number): Promise<number> {
  const over = Math.floor((now - grace) / width) * width
  if (number === 1) return over
  const { done } = await progress(db, MINUTES)
  return Math.min(over, Math.floor(done / width) * width)
}

interface Progress {
  /** Epoch ms. */
  done: number
  /** What the tier is made from may be gone up to then, epoch ms. */
  dropped: number
}

/** How far a tier is. */
export async function progress(db: Pool | PoolClient, { number }: Tier): Promise<Progress> {
  const { rows } = await db.query<{ done: number; dropped: number }>(
    `select extract(epoch from done_until) * 1000 as done, extract(epoch from dropped_until) * 1000 as dropped
     from rollup_progress where tier = $1`,
    [number]
  )
  return { done: Number(rows[0]?.done ?? 0), dropped: Number(rows[0]?.dropped ?? 0) }
}

async function advance(client: PoolClient, { number }: Tier, until: number): Promise<void> {
  await client.query('update rollup_progress set done_until = $2 where tier = $1 and done_until < $2', [
    number,
    new Date(until)
  ])
}

/**
 * Where the step ends that begins with the oldest bucket that is due: so that it is not much more than STEP.
 *
 * @returns epoch ms; undefined where nothing is due
 */
async function stepEnd(
  client: PoolClient,
  { number, width }: Tier,
  until: number
): Promise<number | undefined> {
  const { rows } = await client.query<{ time: number; hosts: number }>(
    `select (extract(epoch from d.time) * 1000)::bigint as time, sum(cardinality(host_ids)) as hosts
     from rollups_due d where tier = $1 and d.time < $2 group by d.time order by d.time limit 120`,
    [number, new Date(until)]
  )
  let hosts = 0
  let end: number | undefined
  for (const row of rows) {
    if (hosts > 0 && hosts + row.hosts > STEP) break
    hosts += row.hosts
    end = row.time + width
  }
  return end
}

interface Due {
  /** Start of the bucket, epoch ms. */
  time: number
  hostId: number
}

async function takeDue(client: PoolClient, { number }: Tier, end: number): Promise<Due[]> {
  const { rows } = await client.query<{ time: number; host_ids: number[] }>(
    `with taken as (delete from rollups_due where tier = $1 and time < $2 returning time, host_ids)
     select (extract(epoch from time) * 1000)::bigint as time, array_agg(distinct host_id) as host_ids
     from taken, unnest(host_ids) as host_id group by 1 order by 1`,
    [number, new Date(end)]
  )
  return rows.flatMap(({ time, host_ids }) => host_ids.map((hostId) => ({ time, hostId })))
}

// A lateral query reads each host's frames by their key, whatever the planner thinks of the number of hosts.
const rollup = (table: string, width: string, frames: string, onConflict: string): string => `
  insert into ${table} as t (time, host_id, layout_id, avgs, mins, maxs, counts)
  select d.time, d.host_id, f.layout_id, f.avgs, f.mins, f.maxs, f.counts
  from unnest($1::timestamptz[], $2::int[]) as d (time, host_id)
  cross join lateral (
    select layout_id, array_agg(avg order by place) as avgs, array_agg(min order by place) as mins,
           array_agg(max order by place) as maxs, array_agg(count order by place) as counts
    from (${frames} where f.host_id = d.host_id and f.time >= d.time and f.time < d.time + interval '${width}'
          group by f.layout_id, v.place) as places
    group by layout_id
  ) as f
  on conflict (host_id, time, layout_id) ${onConflict}`

const fromRaw = (value: string): string => `
  select f.layout_id, v.place, narrow(sum(${value}) / nullif(count(${value}), 0)) as avg, narrow(min(${value})) as min,
         narrow(max(${value})) as max, count(${value})::float4 as count
  from frames f cross join lateral unnest(f.values) with ordinality as v (value, place)`

const FROM_MINUTES = `
  select f.layout_id, v.place, narrow(sum(v.avg::float8 * v.count) / nullif(sum(v.count), 0)) as avg, min(v.min) as min,
         max(v.max) as max, sum(v.count)::float4 as count
  from frames_1m f
  cross join lateral unnest(f.avgs, f.mins, f.maxs, f.counts) with ordinality as v (avg, min, max, count, place)`

const ANEW = `do update set avgs = excluded.avgs, mins = excluded.mins, maxs = excluded.maxs, counts = excluded.counts
  where (t.avgs, t.mins, t.maxs, t.counts) is distinct from (excluded.avgs, excluded.mins, excluded.maxs, excluded.counts)`

/** Numeric value out of range: the sum of values near the end of float8. */
const OUT_OF_RANGE = '22003'

async function compute(
  client: PoolClient,
  { number, table }: Tier,
  due: readonly Due[],
  how: 'anew' | 'once'
): Promise<void> {
  if (due.length === 0) return
  const places = [due.map(({ time }) => new Date(time).toISOString()), due.map(({ hostId }) => hostId)]
  const onConflict = how === 'anew' ? ANEW : 'do nothing'
  if (number === 2) {
    await client.query(rollup(table, '1 hour', FROM_MINUTES, onConflict), places)
    return
  }
  await client.query('savepoint minutes')
  try {
    await client.query(rollup(table, '1 minute', fromRaw('v.value'), onConflict), places)
  } catch (error) {
    if ((error as { code?: string }).code !== OUT_OF_RANGE) throw error
    await client.query('rollback to minutes')
    const bounded = 'greatest(least(v.value, 3.4e38), -3.4e38)'
    await client.query(rollup(table, '1 minute', fromRaw(bounded), onConflict), places)
  }
  await client.query('release minutes')
}

async function noteHours(client: PoolClient, due: readonly Due[]): Promise<void> {
  const { number, width } = HOURS
  const hours = Map.groupBy(due, ({ time }) => Math.floor(time / width) * width)
  for (const [hour, ofHour] of hours) {
    await client.query('insert into rollups_due (tier, time, host_ids) values ($1, $2, $3)', [
      number,
      new Date(hour),
      [...new Set(ofHour.map(({ hostId }) => hostId))]
    ])
  }
}
