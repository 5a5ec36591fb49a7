/** What goes, in which order, and that the disk never fills. */
import {
  databaseSize,
  type Keep,
  listPartitions,
  type Partition,
  partitionKeeper,
  toDrop,
  transaction
} from '@miniobserv/db'
import { eventually, type TestDatabase, testDatabase, testServer } from '@miniobserv/infra/testkit'
import type { Logger } from '@miniobserv/service'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addFrames, insertFrames, noFrames } from '../src/frames.ts'
import { markSeen, removeSilent } from '../src/hosts.ts'
import { writer } from '../src/index.ts'
import { dropDoomed } from '../src/retention.ts'
import { HOURS, MINUTES, rollUpStep } from '../src/rollups.ts'
import { startUpkeep } from '../src/upkeep.ts'

const DAY = 86_400_000
const MiB = 1024 ** 2
const NOW = Date.UTC(2026, 10, 23, 12)
const AGES = { frames: 7 * DAY, frames_1m: 30 * DAY, frames_1h: 400 * DAY, log_blocks: 14 * DAY }

const partition = (table: Partition['table'], daysAgo: number, bytes = MiB): Partition => {
  const from = Math.floor(NOW / DAY) * DAY - daysAgo * DAY
  return {
    table,
    name: `${table}_${daysAgo}`,
    from,
    to: from + (table === 'frames_1h' ? 30 : 1) * DAY,
    bytes
  }
}
const names = (list: readonly Partition[]) => list.map(({ name }) => name)

test('by age, each table has its own bound, and a partition goes only as a whole', () => {
  const all = [
    ...[7, 8, 9].map((days) => partition('frames', days)),
    ...[14, 15].map((days) => partition('log_blocks', days)),
    partition('frames_1m', 20),
    partition('frames_1h', 60)
  ]
  expect(names(toDrop(all, { ages: AGES, maxDisk: undefined }, 0, NOW))).toEqual([
    'log_blocks_15',
    'frames_9',
    'frames_8'
  ])
})

test('for room, the oldest goes first by its share of what its table is kept; today never', () => {
  const all = [
    ...[0, 1, 6].map((days) => partition('frames', days)),
    ...[0, 13].map((days) => partition('log_blocks', days)),
    ...[0, 10].map((days) => partition('frames_1m', days)),
    partition('frames_1h', 90)
  ]
  const doomed = toDrop(all, { ages: AGES, maxDisk: 0 }, 100 * MiB, NOW)
  expect(names(doomed)).toEqual(['log_blocks_13', 'frames_6', 'frames_1m_10', 'frames_1'])
  const some = toDrop(all, { ages: AGES, maxDisk: 98 * MiB }, 100 * MiB, NOW)
  expect(names(some)).toEqual(['log_blocks_13', 'frames_6'])
})

test('the newest data of a table stays, however old it is', () => {
  const all = [3, 4, 5].map((days) => partition('frames', days))
  expect(names(toDrop(all, { ages: AGES, maxDisk: 0 }, 100 * MiB, NOW))).toEqual(['frames_5', 'frames_4'])
})

let db: TestDatabase
beforeEach(async () => {
  db = await testDatabase()
})
afterEach(() => db?.close())

/** Six hours of some hosts, 60 series each. */
async function storeQuarter(start: number): Promise<void> {
  const frames = noFrames()
  for (let host = 1; host <= 20; host++) {
    const points = Array.from({ length: 50 }, (_, i): [number, ...number[]] => [
      start + i * 60_000,
      ...Array.from({ length: 60 }, () => Math.random())
    ])
    addFrames(frames, host, 1, points)
  }
  await partitionKeeper(db.pool).ensure(frames.times)
  await transaction(db.pool, (client) => insertFrames(client, frames))
}

async function storeDay(day: number): Promise<void> {
  for (let quarter = 0; quarter < 4; quarter++) await storeQuarter(day + (quarter * DAY) / 4)
}

test('MAX_DISK: twice as much is written, never more than one partition over, and the newest is always there', async () => {
  const today = Math.floor(NOW / DAY) * DAY
  const empty = await databaseSize(db.pool)
  await storeDay(today - 40 * DAY)
  for (const tier of [MINUTES, HOURS]) await rollUpStep(db.pool, partitionKeeper(db.pool), tier, NOW)
  const aDay = (await databaseSize(db.pool)) - empty
  const keep: Keep = { ages: AGES, maxDisk: empty + 6 * aDay }
  let written = aDay
  let dropped = 0
  let most = 0
  for (let ago = 11; ago >= 0; ago--) {
    const day = today - ago * DAY
    // What is older than it is kept goes by age; all of these days count as kept, so only the room decides.
    for (let quarter = 0; quarter < 4; quarter++) {
      const start = day + (quarter * DAY) / 4
      const now = start + DAY / 4
      await storeQuarter(start)
      written += aDay / 4
      for (const tier of [MINUTES, HOURS]) {
        while (await rollUpStep(db.pool, partitionKeeper(db.pool), tier, now)) {
          // on to the next step
        }
      }
      most = Math.max(most, await databaseSize(db.pool))
      const found = await dropDoomed(db.pool, { ...keep, ages: { ...AGES, frames: 12 * DAY } }, now)
      dropped += found.dropped.length
      expect(found.used).toBeLessThanOrEqual(keep.maxDisk as number)
      const { rows } = await db.pool.query('select count(*) from frames where time >= $1', [new Date(start)])
      expect(rows).toEqual([{ count: 1_000 }])
    }
  }
  const largest = Math.max(...(await listPartitions(db.pool)).map(({ bytes }) => bytes))
  expect(written).toBeGreaterThan(2 * ((keep.maxDisk as number) - empty))
  expect(most).toBeLessThanOrEqual((keep.maxDisk as number) + largest)
  expect(dropped).toBeGreaterThan(0)
}, 60_000)

test('a partition that somebody reads is left for later, and nobody waits for it', async () => {
  const now = Date.now()
  await storeDay(Math.floor(now / DAY) * DAY - 9 * DAY)
  while (await rollUpStep(db.pool, partitionKeeper(db.pool), MINUTES, now)) {
    // on to the next step
  }
  await transaction(db.pool, async (reader) => {
    await reader.query('select count(*) from frames')
    const found = await dropDoomed(db.pool, { ages: AGES, maxDisk: undefined }, now)
    expect(found.dropped).toEqual([])
    expect(found.held).toHaveLength(1)
  })
  expect((await dropDoomed(db.pool, { ages: AGES, maxDisk: undefined }, now)).dropped).toHaveLength(1)
})

test('what is stored while its partition is being dropped keeps it until that is rolled up', async () => {
  const now = Date.now()
  const old = now - 9 * DAY
  await storeDay(Math.floor(old / DAY) * DAY)
  const keeper = partitionKeeper(db.pool)
  const rollUp = async () => {
    while (await rollUpStep(db.pool, keeper, MINUTES, now)) {
      // on to the next step
    }
  }
  await rollUp()
  const keep = { ages: AGES, maxDisk: undefined }
  const frames = noFrames()
  addFrames(frames, 9_999, 1, [[old, 1]])
  const dropping = await transaction(db.pool, async (client) => {
    await insertFrames(client, frames)
    const dropping = dropDoomed(db.pool, keep, now)
    await eventually(async () => {
      const { rows } = await db.pool.query(
        'select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())'
      )
      expect(rows).toHaveLength(1)
    })
    return { found: dropping }
  })
  expect((await dropping.found).dropped).toEqual([])
  await rollUp()
  expect((await dropDoomed(db.pool, keep, now)).dropped).toHaveLength(1)
  const { rows } = await db.pool.query('select counts from frames_1m where host_id = 9999')
  expect(rows).toEqual([{ counts: [1] }])
})

test('a writer does all of it by itself, and stores what comes late for a day that is gone', async () => {
  const server = await testServer([writer], { UPKEEP_INTERVAL: '100ms' })
  try {
    const { pool } = server.db
    // The first minute of an hour, so that the next one is of the same.
    const old = Math.floor(Date.now() / DAY) * DAY - 10 * DAY
    await partitionKeeper(pool).ensure([old])
    const late = async (time: number) => {
      const frames = noFrames()
      addFrames(frames, 1, 1, [[time, 1]])
      await partitionKeeper(pool).ensure([time])
      await transaction(pool, (client) => insertFrames(client, frames))
    }
    // An old partition may be dropped between being made and being used: then it is made again, as the writer does.
    await eventually(() => late(old))
    for (const minutes of [1, 2]) {
      await eventually(async () => {
        const { rows } = await pool.query(
          'select (select count(*) from frames) as raw, (select count(*) from frames_1m) as minutes, (select count(*) from frames_1h) as hours'
        )
        expect(rows).toEqual([{ raw: 0, minutes, hours: 1 }])
      })
      if (minutes === 1) await eventually(() => late(old + 60_000))
    }
  } finally {
    await server.close()
  }
})

test('the disk is looked at while minutes are still being caught up on, and when they cannot be', async () => {
  const today = Math.floor(Date.now() / DAY) * DAY
  const keeper = partitionKeeper(db.pool)
  // Of two days every minute is due, far more than a step; logs of two days, of which the older may go for room.
  const frames = noFrames()
  addFrames(
    frames,
    1,
    1,
    Array.from({ length: 2_880 }, (_, i) => [today - 2 * DAY + i * 60_000, i] as [number, number])
  )
  await keeper.ensure([...frames.times, today - 13 * DAY])
  await transaction(db.pool, (client) => insertFrames(client, frames))
  const isThere = async (name: string) =>
    (await db.pool.query('select to_regclass($1) is not null as there', [name])).rows[0].there as boolean
  const oldest = `log_blocks_${new Date(today - 13 * DAY).toISOString().slice(0, 10).replaceAll('-', '')}`
  expect(await isThere(oldest)).toBe(true)
  const said: string[] = []
  const tell = (_: unknown, text: string) => said.push(text)
  const duties = {
    ...{ db: db.pool, partitions: keeper, now: Date.now, interval: 10, metrics: new Registry() },
    log: { info: tell, warn: tell, error: tell } as unknown as Logger,
    keep: { ages: AGES, maxDisk: 1 },
    keepHosts: 30 * DAY,
    spell: 0
  }
  await db.pool.query(`create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.5); return null; end $$;
    create trigger slow before insert on frames_1m for each statement execute function slow()`)
  let upkeep = startUpkeep(duties)
  await eventually(async () => expect(await isThere(oldest)).toBe(false))
  await upkeep.stop()
  expect((await db.pool.query('select exists (select from rollups_due) as due')).rows[0].due).toBe(true)

  await keeper.forget()
  await keeper.ensure([today - 13 * DAY])
  await db.pool.query(
    `create or replace function slow() returns trigger language plpgsql as $$ begin raise 'disk full'; end $$`
  )
  upkeep = startUpkeep({ ...duties, metrics: new Registry() })
  await eventually(async () => expect(await isThere(oldest)).toBe(false))
  await upkeep.stop()
  expect(said).toContainEqual(expect.stringContaining('catching up'))
  expect(said).toContainEqual(expect.stringContaining('rolling up or dropping failed'))
})

test('a host that sent nothing for KEEP_HOSTS is off the list, once, until it is heard of', async () => {
  await db.pool.query(
    `insert into hosts (name, first_seen, last_seen)
     select name, now() - interval '1 year', now() - age from
     (values ('lately', interval '29 d'), ('long ago', interval '31 d')) v (name, age)`
  )
  const remove = () => removeSilent(db.pool, Date.now() - 30 * DAY, Date.now())
  expect(await remove()).toEqual(['long ago'])
  expect(await remove()).toEqual([])
  const { rows } = await db.pool.query("select id from hosts where name = 'long ago'")
  await markSeen(db.pool, new Map([[rows[0].id as number, { at: Date.now() }]]))
  const { rows: present } = await db.pool.query("select present from hosts where name = 'long ago'")
  expect(present).toEqual([{ present: true }])
})
