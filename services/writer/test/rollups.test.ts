/** Minutes and hours: what they hold is what the frames hold, however late and in whatever order those came. */
import { type PartitionKeeper, partitionKeeper, transaction } from '@miniobserv/db'
import { type TestDatabase, testDatabase } from '@miniobserv/infra/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addFrames, insertFrames, noFrames } from '../src/frames.ts'
import { HOURS, MINUTES, rollUpStep } from '../src/rollups.ts'

let db: TestDatabase
let keeper: PartitionKeeper
beforeEach(async () => {
  db = await testDatabase()
  keeper = partitionKeeper(db.pool)
})
afterEach(() => db?.close())

const MINUTE = 60_000
const HOUR = 3_600_000
const NOW = Date.UTC(2026, 10, 23, 12)

type Value = number | null
async function store(hostId: number, layoutId: number, points: [number, ...Value[]][]): Promise<void> {
  const frames = noFrames()
  addFrames(frames, hostId, layoutId, points)
  await keeper.ensure(frames.times)
  await transaction(db.pool, (client) => insertFrames(client, frames))
}

/** @returns how many rows were computed */
async function rollUp(now = NOW): Promise<number> {
  let rows = 0
  for (const tier of [MINUTES, HOURS]) {
    for (;;) {
      const done = await rollUpStep(db.pool, keeper, tier, now)
      if (!done) break
      rows += done
    }
  }
  return rows
}

const rows = async (sql: string) => (await db.pool.query(sql)).rows
const narrow = (value: number) => Math.fround(value)

/** What minutes and hours must be, from the frames as they are now; and what they are. */
const compare = (table: string, width: string) =>
  rows(`
    with truth as (
      select time_bucket(interval '${width}', f.time, timestamptz 'epoch') as time, host_id, layout_id, place,
             avg(value) as avg, min(value)::float4 as min, max(value)::float4 as max, count(value)::float4 as count
      from frames f, unnest(f.values) with ordinality as v (value, place) group by 1, 2, 3, 4
    ), found as (
      select time, host_id, layout_id, place, avg, min, max, count
      from ${table}, unnest(avgs, mins, maxs, counts) with ordinality as v (avg, min, max, count, place)
    )
    select * from truth t full join found f using (time, host_id, layout_id, place)
    where t.count is distinct from f.count or t.min is distinct from f.min or t.max is distinct from f.max
      or (t.avg is null) <> (f.avg is null) or abs(t.avg - f.avg) > 1e-5 * (abs(t.avg) + 1e-30)`)

test('a minute has the count, the mean and the ends of its samples; what was not measured counts 0', async () => {
  const minute = NOW - 10 * MINUTE
  await store(1, 1, [
    [minute, 1, null, 5],
    [minute + 10_000, 2, null, null],
    [minute + 59_999, 6, null, 0.1],
    [minute + MINUTE, 100, 100, 100]
  ])
  expect(await rollUp()).toBe(2)
  expect(await rows('select avgs, mins, maxs, counts from frames_1m order by time limit 1')).toEqual(
    [
      {
        avgs: [3, null, narrow(2.55)],
        mins: [1, null, narrow(0.1)],
        maxs: [6, null, 5],
        counts: [3, 0, 2]
      }
    ].map((row) =>
      JSON.parse(JSON.stringify(row), (_, value) =>
        typeof value === 'number' ? Number(value.toPrecision(7)) : value
      )
    )
  )
})

test('random frames in random order, late, twice and in two layouts: minutes and hours are as computed from frames', async () => {
  const points = Array.from({ length: 3_000 }, () => ({
    host: 1 + Math.floor(Math.random() * 5),
    layout: 1 + Math.floor(Math.random() * 2),
    time: NOW - Math.floor(Math.random() * 2_000) * 10_000,
    values: Array.from({ length: 4 }, () => (Math.random() < 0.2 ? null : (Math.random() - 0.3) * 1e6))
  }))
  for (let start = 0; start < points.length; start += 500) {
    for (const { host, layout, time, values } of points.slice(start, start + 500)) {
      await store(host, layout, [[time, ...values]])
    }
    await rollUp()
  }
  await rollUp(NOW + 2 * HOUR)
  expect(await compare('frames_1m', '1 minute')).toEqual([])
  expect(await compare('frames_1h', '1 hour')).toEqual([])
  expect(await rows('select count(*) from rollups_due')).toEqual([{ count: 0 }])
}, 60_000)

test('what comes a second time is not due again, and what is not over yet waits', async () => {
  const minute = NOW - 5 * MINUTE
  await store(1, 1, [[minute, 1]])
  expect(await rollUp()).toBe(1)
  await store(1, 1, [[minute, 1]])
  expect(await rollUp()).toBe(0)
  await store(1, 1, [[NOW, 1]])
  expect(await rollUp(NOW + 80_000)).toBe(0)
  expect(await rollUp(NOW + 90_000)).toBe(1)
})

test('progress only moves forward, and never past what is due', async () => {
  const done = async () =>
    (
      await rows(
        'select tier, extract(epoch from done_until) * 1000 as until from rollup_progress order by 1'
      )
    ).map(({ until }) => Number(until))
  await rollUp()
  expect(await done()).toEqual([NOW - MINUTE, NOW - HOUR])
  await store(1, 1, [[NOW - 3 * 24 * HOUR, 1]])
  await rollUp()
  expect(await done()).toEqual([NOW - MINUTE, NOW - HOUR])
})

test('two at once compute each bucket once; one that dies on its way leaves it due', async () => {
  await store(
    1,
    1,
    Array.from({ length: 300 }, (_, i) => [NOW - (i + 2) * MINUTE, i] as [number, number])
  )
  const held = await db.pool.connect()
  await held.query('begin')
  await held.query('select pg_advisory_xact_lock(7266103)')
  expect(await rollUpStep(db.pool, partitionKeeper(db.pool), MINUTES, NOW)).toBeUndefined()
  await held.query('rollback')
  held.release()

  await db.pool.query(`create function fail() returns trigger language plpgsql as $$ begin raise 'killed'; end $$;
    create trigger fail before insert on frames_1m for each row when (new.time < '2026-11-23 08:00Z') execute function fail()`)
  await expect(rollUp()).rejects.toThrow('killed')
  await db.pool.query('drop trigger fail on frames_1m')
  const both = await Promise.all([rollUp(), rollUp()])
  expect(both[0] + both[1]).toBeGreaterThanOrEqual(300)
  await rollUp(NOW + HOUR)
  expect(await compare('frames_1m', '1 minute')).toEqual([])
  expect(await compare('frames_1h', '1 hour')).toEqual([])
})

test('values at the ends of float8 jam nothing', async () => {
  await store(1, 1, [
    [NOW - 5 * MINUTE, 1.7e308, 5e-324, 1],
    [NOW - 5 * MINUTE + 1, 1.7e308, 5e-324, 3]
  ])
  await rollUp()
  const [row] = await rows('select avgs, maxs from frames_1m')
  expect(row.avgs[0]).toBeCloseTo(3.4e38, -37)
  expect([row.avgs[1], row.avgs[2]]).toEqual([0, 2])
})

test('what comes late for a time whose frames are gone spoils nothing, and is computed where nothing was', async () => {
  const minute = NOW - 5 * MINUTE
  await store(1, 1, [
    [minute, 1],
    [minute + 1, 3]
  ])
  await rollUp()
  await db.pool.query('delete from frames')
  await db.pool.query('update rollup_progress set dropped_until = $1 where tier = 1', [new Date(NOW)])
  await store(1, 1, [[minute + 2, 100]])
  await store(2, 1, [[minute + 2, 100]])
  await rollUp()
  expect(await rows('select host_id, avgs from frames_1m order by 1')).toEqual([
    { host_id: 1, avgs: [2] },
    { host_id: 2, avgs: [100] }
  ])
})
