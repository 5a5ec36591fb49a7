/** What is kept whatever happens to the alerters: states and messages, by one of them at a time. */
import { eventually, freePort, type Program, runProgram } from '@miniobserv/infra/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { EVALUATION_LOCK } from '../src/evaluate/lock.ts'
import { MINUTE, SECOND, START, startWorld, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world?.close())

/** BullMQ hands a killed copy's tick on after fifteen seconds; starting takes some, too. */
const WITHIN = { within: 40_000 }

const BUSY = { kind: 'threshold', metric: 'load', agg: 'last', window: '1m', op: '>', value: 10 }

test('a copy that was just started goes on where another one was', async () => {
  await world.rule({ name: 'Busy', condition: BUSY, for: '1m' })
  const told: string[] = []
  for (const [i, load] of [20, 20, 20, 20, 5].entries()) {
    await world.send('a', START + i * 30 * SECOND, { load })
    await world.look(START + i * 30 * SECOND, { by: world.evaluator() })
    told.push(...world.told())
  }
  expect(told).toEqual(['firing Busy: a', 'resolved Busy: a'])
})

test('of many that look at once one does, and a person who changes a rule is waited for', async () => {
  await world.rule({ name: 'Busy', condition: BUSY })
  await world.send('a', START, { load: 20 })
  const copies = Array.from({ length: 4 }, () => world.evaluator())
  const found = await Promise.all(copies.map((copy) => copy.evaluate('all', START)))
  expect(found.filter((one) => one !== undefined).length).toBeGreaterThanOrEqual(1)
  expect(world.told()).toEqual(['firing Busy: a'])
  expect(await world.history()).toEqual(['Busy a: ok → firing'])

  const person = await world.db.pool.connect()
  await person.query('select pg_advisory_lock($1)', [EVALUATION_LOCK])
  expect(await world.evaluator().evaluate('all', START + SECOND)).toBeUndefined()
  await person.query('select pg_advisory_unlock($1)', [EVALUATION_LOCK])
  person.release()
  expect(await world.evaluator().evaluate('all', START + SECOND)).toBeDefined()
})

test('what fails after the decision leaves no trace of it: the next look decides and tells', async () => {
  await world.rule({ name: 'Busy', condition: BUSY })
  await world.send('a', START, { load: 20 })
  await world.db.pool.query(
    `create function broken() returns trigger language plpgsql as $$ begin raise 'disk full'; end $$`
  )
  await world.db.pool.query('create trigger broken before insert on alert_events execute function broken()')
  await expect(world.look(START)).rejects.toThrow('disk full')
  expect(await world.states()).toEqual([])
  await world.db.pool.query('drop trigger broken on alert_events')
  await world.look(START + 10 * SECOND)
  expect(await world.history()).toEqual(['Busy a: ok → firing'])
})

test('a rule that cannot be looked at is noted, keeps its alerts, and harms no other', async () => {
  const id = await world.rule({ name: 'Broken', condition: { ...BUSY, agg: 'avg' } })
  await world.rule({ name: 'Sound', condition: BUSY })
  await world.send('a', START, { load: 20 })
  await world.look(START)
  expect(world.told()).toEqual(['firing Broken: a', 'firing Sound: a'])
  // As a version before might have left it.
  await world.db.pool.query(
    `update rules set spec = jsonb_set(spec, '{condition,where}', '{"cpu": 5}') where id = $1`,
    [id]
  )
  await world.send('a', START + MINUTE, { load: 5 })
  expect(await world.look(START + MINUTE)).toMatchObject({ rules: 2, failed: 1 })
  expect(world.told()).toEqual(['resolved Sound: a'])
  expect(await world.states()).toEqual(['Broken a: firing'])
  const { rows } = await world.db.pool.query('select rule_id, error from rule_status where error is not null')
  expect(rows).toEqual([{ rule_id: id, error: expect.any(String) }])
})

test('a copy that is killed over an evaluation leaves it to the other one, which tells all of it once', async () => {
  const start = async (name: string) =>
    runProgram('services/alerter/src/main.ts', {
      ...{ DATABASE_URL: `${world.db.url}?application_name=${name}`, REDIS_URL: world.redis.url },
      ...{ SESSION_SECRET: 'signs the sessions of these tests, 32+', ALERT_INTERVAL: '500ms' },
      PORT: String(await freePort())
    })
  const { pool } = world.db
  // Whoever decides about the rule waits in its transaction for as long as we hold this.
  await pool.query(`create function gate() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock_shared(4711); return new; end $$`)
  await pool.query('create trigger gate before insert on alert_states for each row execute function gate()')
  const gate = await pool.connect()
  await gate.query('select pg_advisory_lock(4711)')
  const now = Date.now()
  await world.rule({ name: 'Busy', condition: { ...BUSY, window: '10m' } })
  await world.send('a', now - 30_000, { load: 20 })
  const copies: Record<string, Program> = { one: await start('one'), two: await start('two') }
  try {
    const name = await eventually(async () => {
      const { rows } = await pool.query<{ name: string }>(
        `select application_name as name from pg_stat_activity
         where datname = current_database() and wait_event = 'advisory' and query like '%insert into alert_states%'`
      )
      expect(Object.keys(copies)).toContain(rows[0]?.name)
      return rows[0]?.name as string
    }, WITHIN)
    copies[name]?.process.kill('SIGKILL')
    await copies[name]?.stop()
    expect(await world.history()).toEqual([])
    await gate.query('select pg_advisory_unlock(4711)')
    await eventually(async () => expect(await world.states()).toContain('Busy a: firing'), WITHIN)
    expect((await world.history()).filter((text) => text.startsWith('Busy'))).toEqual(['Busy a: ok → firing'])
  } finally {
    gate.release()
    await Promise.all(Object.values(copies).map((copy) => copy.stop()))
  }
}, 60_000)
