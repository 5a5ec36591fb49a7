/** What must be so when a plain database is moved to another server, whatever its edition. */
import { once } from 'node:events'
import { listPartitions, type Pool } from '@miniobserv/db'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runProgram, type TestDatabase, type TestRedis, testDatabase, testRedis } from '../testkit/index.ts'
import { DAY, daysAgo, logs, metrics, NOW, numbers, randomFrames, rollUpAll, storeIn } from './data.ts'
import type { Lane } from './lane.ts'

/** @param open makes an empty database on the server to move to */
export function moving(open: () => Promise<Lane & { url: string }>): void {
  let source: TestDatabase
  let target: Lane & { url: string }
  let redis: TestRedis
  beforeEach(async () => {
    ;[source, target, redis] = await Promise.all([testDatabase(), open(), testRedis()])
    const random = numbers(11)
    for (const days of [6, 5, 0])
      await storeIn(source.pool, redis.redis, randomFrames(random, daysAgo(days), 1_000))
    const line = { time: daysAgo(3), source: 's', level: 'info', message: 'grüßt 東京', attributes: { a: 1 } }
    await storeIn(source.pool, redis.redis, [logs('h1', [line]), metrics('gone', [[NOW, 1, null, 1 / 3]])])
    await rollUpAll(source.pool, NOW)
    await storeIn(source.pool, redis.redis, [metrics('h2', [[NOW - 60_000, 7, 7, 7]])]) // leaves something due
    await source.pool.query(`delete from hosts where name = 'gone'`)
    await source.pool.query(
      `insert into rules (name, spec, source, changed_at, changed_by) values ('r', '{}', 'people', now(), 'a')`
    )
    await source.pool.query(`insert into rule_status select id, now(), 1, 2, 3, 4 from rules`)
  })
  afterEach(() => Promise.all([source?.close(), target?.close(), redis?.close()]))

  const move = (...args: string[]) => moveFrom(source, target, args)
  async function moveFrom(from: { url: string }, to: { url: string }, args: string[] = []) {
    const program = runProgram('infra/move.ts', { MOVE_FROM: from.url, MOVE_TO: to.url }, args)
    const [code] = await once(program.process, 'close')
    return { code, output: program.output() }
  }
  async function contents(db: Pool): Promise<Record<string, unknown>> {
    const tables = [
      'hosts',
      'series',
      'layouts',
      'frames',
      'frames_1m',
      'frames_1h',
      'log_blocks',
      'rollups_due'
    ]
    const found: Record<string, unknown> = {}
    for (const table of [
      ...tables,
      'rollup_progress',
      'rules',
      'rule_status',
      'alerter_state',
      'log_sources'
    ]) {
      const { rows } = await db.query(`select to_jsonb(t) as row from ${table} t order by to_jsonb(t)::text`)
      found[table] = rows
    }
    return found
  }

  test('everything arrives as it was, also on its way back, and the next host gets the next id', async () => {
    const { code, output } = await move()
    expect(output).toContain('100 %')
    const frames = (await source.pool.query('select count(*) as n from frames')).rows[0]?.n
    expect(output).toMatch(new RegExp(`  frames +${frames}\n`))
    expect(code).toBe(0)
    expect(await contents(target.pool)).toEqual(await contents(source.pool))
    expect(
      (await listPartitions(target.pool)).filter(({ table }) => table === 'frames').length
    ).toBeGreaterThanOrEqual(3)
    const ids = await Promise.all(
      [source, target].map(({ pool }) =>
        pool.query(
          `insert into hosts (name, first_seen, last_seen) values ('new', now(), now()) returning id`
        )
      )
    )
    expect(ids[0]?.rows).toEqual(ids[1]?.rows)
    const back = await testDatabase()
    expect(await moveFrom(target, back)).toMatchObject({ code: 0 })
    expect(await contents(back.pool)).toEqual(await contents(target.pool))
    await back.close()
    await storeIn(target.pool, redis.redis, [metrics('new', [[NOW, 1, 2, 3]])])
    await rollUpAll(target.pool, NOW + DAY)
  }, 60_000)

  test('a database with data is refused; an interrupted move goes on with what is missing', async () => {
    const resumedTooEarly = await move('--resume')
    expect(resumedTooEarly).toMatchObject({ code: 1 })
    expect(resumedTooEarly.output).toContain('leave out --resume')

    // One partition cannot be read: that is where it is interrupted.
    const [oldest] = (await listPartitions(source.pool)).filter(({ table }) => table === 'frames')
    await target.pool.query(`
      create function fail() returns trigger language plpgsql as $$ begin raise 'the disk is full'; end $$;
      create trigger fail before insert on frames for each row
        when (new.time < '${new Date(oldest?.to ?? 0).toISOString()}') execute function fail()`)
    const interrupted = await move()
    expect(interrupted).toMatchObject({ code: 1 })
    expect(interrupted.output).toContain('the disk is full')
    await target.pool.query('drop trigger fail on frames')

    const again = await move()
    expect(again).toMatchObject({ code: 1 })
    expect(again.output).toContain('--resume')
    const resumed = await move('--resume')
    expect(resumed.output).toContain('there already')
    expect(resumed.code).toBe(0)
    expect(await contents(target.pool)).toEqual(await contents(source.pool))

    const onceMore = await move()
    expect(onceMore).toMatchObject({ code: 1 })
    expect(onceMore.output).toContain('has data already')
  }, 60_000)
}
