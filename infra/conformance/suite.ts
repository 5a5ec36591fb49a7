/**
 * What must be so on every edition of PostgreSQL and TimescaleDB, asked of the product's own functions: the writer's,
 * the query service's and the database library's.
 */
import {
  databaseSize,
  listPartitions,
  migrate,
  PARTITIONED,
  type Partition,
  type Pool,
  partitionKeeper
} from '@miniobserv/db'
import type { LogsAnswer } from '@miniobserv/protocol'
import type { Delivery } from '@miniobserv/stream'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dropDoomed } from '../../services/writer/src/retention.ts'
import { type TestRedis, testRedis } from '../testkit/index.ts'
import { type Asking, askOn } from './asking.ts'
import { columnstoreBytes, runPolicies } from './columnstore.ts'
import {
  DAY,
  daysAgo,
  logs,
  metrics,
  NOW,
  numbers,
  type Point,
  randomFrames,
  rollUpAll,
  storeIn
} from './data.ts'
import { type Kind, type Lane, readKind } from './lane.ts'

const MINUTE = 60_000
const HOUR = 3_600_000
const COLUMNAR = ['frames', 'frames_1h', 'frames_1m']
const AGES = { frames: 7 * DAY, frames_1m: 30 * DAY, frames_1h: 400 * DAY, log_blocks: 14 * DAY }

/** @param expected fails where the lane is of another kind; undefined for whatever was given */
export function conformance(title: string, open: () => Promise<Lane>, expected?: Kind): void {
  describe(`conformance on ${title}`, () => {
    let lane: Lane
    let db: Pool
    let redis: TestRedis
    let asking: Asking
    let kind: Kind
    let name = ''
    let passed = 0
    let failed = 0

    beforeAll(async () => {
      lane = await open()
      db = lane.pool
      redis = await testRedis() // after it: a database in this process leaves no time to answer
      asking = await askOn(db, redis)
      ;({ kind, name } = await readKind(db))
    }, 120_000)
    afterAll(async () => {
      await asking?.close()
      await redis?.close()
      await lane?.close()
      console.log(`Conformance on ${name}: ${passed} passed${failed > 0 ? `, ${failed} FAILED` : ''}.`)
    })
    beforeEach(async ({ onTestFinished, task }) => {
      onTestFinished(() => {
        if (task.result?.state === 'fail') failed++
        else if (task.result?.state !== 'skip') passed++
      })
      await db.query(
        'truncate frames, frames_1m, frames_1h, log_blocks, log_sources, rollups_due, layouts, series, hosts'
      )
      await db.query(`update rollup_progress set done_until = 'epoch', dropped_until = 'epoch'`)
    })

    /** Those with columnstore and a policy for it. */
    const columnarTables = async () => {
      const { rows } = await db.query<{ name: string }>(
        `select hypertable_name as name from timescaledb_information.hypertables join timescaledb_information.jobs
         using (hypertable_schema, hypertable_name) where compression_enabled order by 1`
      )
      return rows.map(({ name }) => name)
    }
    const rows = async (sql: string, values?: unknown[]) => (await db.query(sql, values)).rows
    const count = async (table: string): Promise<number> =>
      Number((await rows(`select count(*) as n from ${table}`))[0]?.n)

    const store = (...bulk: Delivery[]) => storeIn(db, redis.redis, bulk)
    const rollUp = (now = NOW) => rollUpAll(db, now)

    /** Where a tier is not what frames, or minutes, say by plain SQL. */
    const differences = (table: 'frames_1m' | 'frames_1h') =>
      rows(`
        with truth as (
          select time_bucket(interval '1 ${table === 'frames_1m' ? 'minute' : 'hour'}', f.time, timestamptz 'epoch') as time,
                 host_id, layout_id, place,
                 avg(value) as avg, min(value)::float4 as min, max(value)::float4 as max, count(value)::float4 as count
          from frames f, unnest(f.values) with ordinality as v (value, place) group by 1, 2, 3, 4
        ), found as (
          select time, host_id, layout_id, place, avg, min, max, count
          from ${table}, unnest(avgs, mins, maxs, counts) with ordinality as v (avg, min, max, count, place)
        )
        select * from truth t full join found f using (time, host_id, layout_id, place)
        where t.count is distinct from f.count or t.min is distinct from f.min or t.max is distinct from f.max
          or (t.avg is null) <> (f.avg is null) or abs(t.avg - f.avg) > 1e-5 * (abs(t.avg) + 1e-30)`)

    const storeRandomly = (random: () => number, day: number, frames: number) =>
      store(...randomFrames(random, day, frames))

    test('it is the edition that it is meant to be, and its tables are partitioned as that edition does it', async () => {
      if (expected) expect(kind).toBe(expected)
      await partitionKeeper(db).ahead(NOW)
      await store(metrics('h', [[NOW, 1, 2, 3]]))
      expect((await listPartitions(db)).map(({ table }) => table)).toContain('frames')
      const tables = Object.keys(PARTITIONED).sort()
      if (kind === 'plain') {
        const native = `select relname from pg_class where relkind = 'p' and relnamespace = 'public'::regnamespace order by 1`
        expect((await rows(native)).map(({ relname }) => relname)).toEqual(tables)
        return
      }
      const hypertables = await rows(
        'select hypertable_name as name from timescaledb_information.hypertables order by 1'
      )
      expect(hypertables.map(({ name }) => name)).toEqual(tables)
      expect(await columnarTables()).toEqual(kind === 'community' ? COLUMNAR : [])
    })

    test('a second migration changes nothing, but what the edition offers by now', async () => {
      await store(metrics('h', [[daysAgo(3), 1, 2, 3]]))
      await runPolicies(db, kind)
      if (kind === 'community') {
        // As a database looks that was on the Apache edition until now.
        await db.query(`call remove_columnstore_policy('frames_1m')`)
        await db.query('alter table frames_1m set (timescaledb.enable_columnstore = false)')
      }
      await migrate(db)
      await migrate(db)
      expect(await count('frames')).toBe(1)
      if (kind === 'community') expect(await columnarTables()).toEqual(COLUMNAR)
    })

    test('what is stored twice is there once, whichever partition it is in, and is due once', async () => {
      const points = [NOW, daysAgo(2), daysAgo(300)].map((time): Point => [time, 1, null, 3])
      const bulk = [metrics('h', points), logs('h', [{ time: daysAgo(3), source: 's', message: 'm' }])]
      for (let again = 0; again < 3; again++) {
        await store(...bulk)
        expect([await count('frames'), await count('log_blocks')]).toEqual([3, 1])
        await runPolicies(db, kind)
      }
      expect(await count('rollups_due')).toBe(3)
      expect(await count('samples')).toBe(6)
      expect(await count('log_lines')).toBe(1)
    })

    test('values come back to the last digit, buckets begin at multiples of their width, gaps stay gaps', async () => {
      const start = daysAgo(3) + HOUR
      const values = [0.1, 1 / 3, -1.7976931348623157e308, 5e-324, Number.MAX_SAFE_INTEGER, null]
      await store(
        metrics(
          'h',
          values.map((value, i): Point => [start + i * 10_000, value, i, i])
        )
      )
      for (let columns = 0; columns < 2; columns++) {
        const back = await rows('select values[1] as value from frames order by time')
        expect(back.map(({ value }) => value)).toEqual(values)
        await runPolicies(db, kind)
      }
      await store(metrics('h', [[start + 10 * MINUTE + 7, 0, 40, 0]]))
      const [line] = await asking.chart({ metric: 'b', from: start, to: start + HOUR, step: '7m' })
      const bucket = (time: number) => time - (time % (7 * MINUTE))
      expect(line?.host).toBe('h')
      expect(line?.points.map(([time]) => time % (7 * MINUTE))).not.toContain(1)
      expect(line?.points.at(0)).toEqual([bucket(start), 2.5])
      expect(line?.points.at(-1)).toEqual([bucket(start + 10 * MINUTE), 40])
    })

    test('minutes and hours are what the frames say, also for what comes late into columnstore', async () => {
      const random = numbers(7)
      await storeRandomly(random, daysAgo(5), 2_000)
      await storeRandomly(random, daysAgo(2) + 22 * HOUR, 1_000)
      expect(await rollUp()).toBeGreaterThan(1_000)
      for (const table of ['frames_1m', 'frames_1h'] as const) expect(await differences(table)).toEqual([])
      const chunks = await runPolicies(db, kind)
      if (kind === 'community') expect(chunks).toBeGreaterThanOrEqual(4)

      for (const table of ['frames_1m', 'frames_1h'] as const) expect(await differences(table)).toEqual([])
      await storeRandomly(random, daysAgo(5) + HOUR, 1_000)
      expect(await rollUp()).toBeGreaterThan(500)
      expect(await rollUp()).toBe(0)
      for (const table of ['frames_1m', 'frames_1h'] as const) expect(await differences(table)).toEqual([])
      await runPolicies(db, kind)
      for (const table of ['frames_1m', 'frames_1h'] as const) expect(await differences(table)).toEqual([])
      // Each row is there once, decompressed or not.
      const twice = 'select from frames_1m group by host_id, time, layout_id having count(*) > 1'
      expect(await rows(twice)).toEqual([])
    }, 60_000)

    test('the columnstore takes less, and hours of many hosts can be computed anew in it', async ({
      skip
    }) => {
      if (kind !== 'community') skip('this edition has none')
      await db.query(
        `insert into frames_1h select timestamptz 'epoch' + $1 * interval '1 ms' + h * interval '1 hour', host, 1,
           array[host], array[0], array[h], array[360] from generate_series(1, 150) host, generate_series(0, 699) h`,
        [daysAgo(95)]
      )
      expect(await runPolicies(db, kind)).toBeGreaterThanOrEqual(1)
      const { before, after } = await columnstoreBytes(db, 'frames_1h')
      expect(after).toBeLessThan(before / 4)
      // What MAX_DISK counts is what it takes now.
      const listed = (await listPartitions(db)).filter(({ table }) => table === 'frames_1h')
      const weight = listed.reduce((sum, { bytes }) => sum + bytes, 0)
      expect(weight).toBeGreaterThanOrEqual(after)
      expect(weight).toBeLessThan(before)
      // More rows than a transaction may unpack by default.
      const { rowCount } = await db.query(
        `insert into frames_1h as t select time, host_id, layout_id, avgs, mins, array[7], counts from frames_1h
         on conflict (host_id, time, layout_id) do update set maxs = excluded.maxs where t.maxs <> excluded.maxs`
      )
      expect(rowCount).toBeGreaterThan(100_000)
      expect(await rows('select count(*) as n, min(maxs[1]), max(maxs[1]) from frames_1h')).toEqual([
        { n: 105_000, min: 7, max: 7 }
      ])
    }, 120_000)

    test('log lines are found by any substring and page by page, in order, in old partitions too', async () => {
      const start = daysAgo(3)
      const line = (i: number) => ({
        time: start + i * 7_000,
        source: i % 2 ? '/var/log/a' : '/var/log/b',
        level: i % 3 ? 'info' : 'error',
        message: `Zeile ${i} grüßt 東京 ${i % 50 === 0 ? 'selten-NADEL' : 'häufig'} 100%`,
        attributes: { i }
      })
      const lines = Array.from({ length: 600 }, (_, i) => line(i))
      for (let at = 0; at < 600; at += 60) await store(logs(`h${at % 120}`, lines.slice(at, at + 60)))
      await runPolicies(db, kind)
      const search = (q: string, more = {}) =>
        asking.lines({ q, from: start - DAY, to: start + DAY, limit: 1_000, ...more })
      const places = async (q: string, more = {}) =>
        (await search(q, more)).lines.map(({ attributes }) => attributes.i)
      expect(await places('lten-nad')).toEqual([550, 500, 450, 400, 350, 300, 250, 200, 150, 100, 50, 0])
      expect(await places('東京 "zeile 7 grüßt"')).toEqual([7])
      expect(await places('100%x')).toEqual([])
      expect(await places('nadel', { level: 'error', source: '/var/log/b' })).toEqual([450, 300, 150, 0])
      const paged: unknown[] = []
      for (let cursor: string | null | undefined = ''; cursor !== null && paged.length < 1_000; ) {
        const page: LogsAnswer = await search('häufig', { limit: 100, ...(cursor && { cursor }) })
        paged.push(...page.lines.map(({ attributes }) => attributes.i))
        cursor = page.next ?? null
      }
      const all = lines.map((_, i) => 599 - i).filter((i) => i % 50 !== 0)
      expect(paged).toEqual(all)
    })

    /** Those with rows: an empty partition proves nothing. */
    const withRows = async (table: Partition['table']) =>
      (
        await rows(
          `select distinct time_bucket(interval '1 day', time, timestamptz 'epoch') as day from ${table} order by 1`
        )
      ).map(({ day }) => Math.round((daysAgo(0) - Number(day)) / DAY))

    test('retention drops whole partitions, each table by its own age, columnstore or not', async () => {
      // As old as frames may be: its partition, of a day or of six hours, ends later, whatever the time is.
      const oldest = NOW - AGES.frames
      for (const time of [oldest, ...[1, 6, 9, 20, 40].map((days) => daysAgo(days) + HOUR)]) {
        await store(metrics('h', [[time, 1, 2, 3]]), logs('h', [{ time, source: 's', message: 'm' }]))
      }
      await rollUp()
      await runPolicies(db, kind)
      const { dropped, held } = await dropDoomed(db, { ages: AGES, maxDisk: undefined }, NOW)
      expect(held).toEqual([])
      expect(new Set(dropped.map(({ why }) => why))).toEqual(new Set(['age']))
      expect(await withRows('frames')).toEqual([7, 6, 1])
      expect(await withRows('log_blocks')).toEqual([9, 7, 6, 1])
      expect(await withRows('frames_1m')).toEqual([20, 9, 7, 6, 1])
      expect(await count('frames_1h')).toBe(6)
      const [line] = await asking.chart({ metric: 'a', from: daysAgo(7), to: NOW, step: '1h', host: 'h' })
      expect(line?.points.at(0)).toEqual([oldest - (oldest % HOUR), 1])
      // What comes late for a day that is gone is stored, and rolled up where nothing was.
      await store(metrics('late', [[daysAgo(40) + HOUR, 5, 5, 5]]))
      await rollUp()
      expect(await count('frames_1h')).toBe(7)
    }, 60_000)

    test('MAX_DISK: the oldest goes first, until the database takes no more; today stays', async () => {
      const random = numbers(3)
      for (const days of [5, 4, 3, 2, 1, 0]) await storeRandomly(random, daysAgo(days), 2_400)
      const used = await databaseSize(db)
      const days = (await listPartitions(db)).filter(
        ({ table, bytes }) => table === 'frames' && bytes > 200_000
      )
      expect(days.length).toBe(6)
      const aDay = days[0]?.bytes ?? 0
      const found = await dropDoomed(db, { ages: AGES, maxDisk: used - 2.5 * aDay }, NOW)
      expect(found.over).toBe(false)
      expect(found.used).toBeLessThanOrEqual(used - 2.5 * aDay)
      const left = await withRows('frames')
      expect(left.length).toBeLessThan(6)
      expect(left).toEqual([5, 4, 3, 2, 1, 0].slice(-left.length))
      const hopeless = await dropDoomed(db, { ages: AGES, maxDisk: 1 }, NOW)
      expect(hopeless.over).toBe(true)
      expect(await withRows('frames')).toEqual([0])
    }, 60_000)
  })
}
