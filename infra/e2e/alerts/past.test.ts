/** A rule's past is the same in whatever is kept of it: samples, the writer's own minutes and hours, and with quiet hosts left out. */
import { partitionKeeper, transaction } from '@miniobserv/db'
import type { PreviewAnswer } from '@miniobserv/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEvaluator } from '../../../services/alerter/src/evaluate/evaluate.ts'
import { previewRule } from '../../../services/alerter/src/preview/preview.ts'
import { readRule } from '../../../services/alerter/src/rules/read.ts'
import { addFrames, insertFrames, noFrames } from '../../../services/writer/src/frames.ts'
import { HOURS, MINUTES, rollUpStep } from '../../../services/writer/src/rollups.ts'
import { type TestDatabase, type TestRedis, testDatabase, testRedis } from '../../testkit/index.ts'

const SECOND = 1_000
const MINUTE = 60_000
const HOUR = 3_600_000
const START = 1_795_392_000_000
const END = START + 8 * HOUR

/** By host, from the hour on. Each minute is even, so that a mean of samples and one of minutes are the same. */
const LOAD: ((hour: number, minute: number) => number | null)[] = [
  (hour, minute) => ((hour === 2 || hour === 6) && minute >= 17 && minute < 40 ? 0.95 : 0.1),
  () => 0.2,
  (hour, minute) =>
    hour === 3 && minute < 15 ? null : hour % 3 === 1 && (minute < 4 || minute > 50) ? 0.9 : 0.3,
  () => 0.15
]

/** Fills up and is cleaned, twice; is full of what does not grow; is empty; breathes. */
const DISK: ((hours: number) => number)[] = [
  (hours) => 0.4 + 0.12 * (hours < 4.3 ? hours : hours - 4.3),
  () => 0.95,
  (hours) => 0.3 + hours / 1_000,
  (hours) => 0.7 + 0.1 * Math.sin(hours * 2)
]

const isSilent = (host: number, hours: number): boolean => host === 0 && hours >= 6.5 && hours < 6.8

const BUSY = { kind: 'threshold', metric: 'load', window: '5m', op: '>', value: 0.5 }
const BUSY_HOUR = { kind: 'threshold', metric: 'load', window: '1h', op: '>', value: 0.4 }
const FULL_SOON = { kind: 'forecast', metric: 'disk', window: '2h', limit: 1, within: '6h' }
const STOPPED = { kind: 'no-data', metric: 'load', after: '5m' }

let db: TestDatabase
let redis: TestRedis
beforeAll(async () => {
  ;[db, redis] = await Promise.all([testDatabase(), testRedis()])
  await db.pool.query(
    `insert into hosts (name, first_seen, last_seen) select name, $1, $2 from unnest(array['a', 'b', 'c', 'd']) name`,
    [new Date(START), new Date(END)]
  )
  await db.pool.query(
    `insert into series (name, labels, unit) values ('load', '{}', '1'), ('disk', '{}', '1')`
  )
  await db.pool.query(`insert into layouts (hash, series_ids) values ('one', array[1, 2])`)
  const keeper = partitionKeeper(db.pool)
  const frames = noFrames()
  for (let time = START + 5 * SECOND; time < END; time += 10 * SECOND) {
    const minutes = Math.floor((time - START) / MINUTE)
    for (const [host, load] of LOAD.entries()) {
      if (isSilent(host, minutes / 60)) continue
      const disk = DISK[host]?.(minutes / 60) ?? 0
      addFrames(frames, host + 1, 1, [[time, load(Math.floor(minutes / 60), minutes % 60), disk]])
    }
  }
  await keeper.ensure(frames.times)
  await transaction(db.pool, (client) => insertFrames(client, frames))
  for (const tier of [MINUTES, HOURS]) while (await rollUpStep(db.pool, keeper, tier, END + HOUR / 2));
})
afterAll(() => Promise.all([db?.close(), redis?.close()]))

async function preview(condition: object, interval = MINUTE): Promise<PreviewAnswer> {
  return previewRule(db.pool, {
    ...{ rule: readRule({ name: 'past', condition, for: interval === HOUR ? '0s' : '2m' }), interval },
    ...{ days: (END - START) / 24 / HOUR, now: END, timeout: 20_000 },
    signal: new AbortController().signal
  })
}

const firingsOf = ({ firings }: PreviewAnswer) =>
  firings
    .map(({ host, from, to, worst }) => ({
      ...{ host, from: (from - START) / MINUTE, to: to && (to - START) / MINUTE, worst: worst?.toFixed(4) }
    }))
    .sort((a, b) => a.from - b.from || `${a.host}`.localeCompare(`${b.host}`))

/** As if what the tier is made from were gone, or its rows were not made yet. */
async function withProgress<T>(
  tier: 1 | 2,
  member: string,
  time: number,
  work: () => Promise<T>
): Promise<T> {
  const { rows } = await db.pool.query(`select ${member} as before from rollup_progress where tier = $1`, [
    tier
  ])
  const set = `update rollup_progress set ${member} = $2 where tier = $1`
  await db.pool.query(set, [tier, new Date(time)])
  try {
    return await work()
  } finally {
    await db.pool.query(set, [tier, rows[0].before])
  }
}

test('minutes find the firings that samples do', async () => {
  const samples = await preview(BUSY)
  const minutes = await withProgress(1, 'dropped_until', END, () => preview(BUSY))
  expect([samples.resolution, minutes.resolution]).toEqual(['raw', '1m'])
  expect(samples.total).toBeGreaterThan(3)
  expect(firingsOf(minutes)).toEqual(firingsOf(samples))
  expect(minutes.messages).toBe(samples.messages)
})

test('hours find the firings that minutes do', async () => {
  const minutes = await preview(BUSY_HOUR, HOUR)
  const hours = await withProgress(2, 'dropped_until', END, () => preview(BUSY_HOUR, HOUR))
  expect([minutes.resolution, hours.resolution]).toEqual(['1m', '1h'])
  expect(minutes.total).toBeGreaterThan(1)
  expect(firingsOf(hours)).toEqual(firingsOf(minutes))
})

test('a forecast fires when evaluations did, from one slice of time to the next', async () => {
  const found = await preview(FULL_SOON)
  const spec = readRule({ name: 'past', condition: FULL_SOON, for: '2m' })
  await db.pool.query(
    `insert into rules (name, spec, source, changed_at, changed_by) values ('past', $1, 'people', now(), 'test')`,
    [spec]
  )
  let messages = 0
  const outbox = {
    write: async (_: unknown, more: readonly unknown[]) => {
      messages += more.length
    }
  }
  const evaluator = createEvaluator({ db: db.pool, redis: redis.redis, outbox })
  for (let now = START; now <= END; now += MINUTE) {
    await withProgress(1, 'done_until', now, () => evaluator.evaluate('all', now))
  }
  const { rows } = await db.pool.query(
    `select host, from_state as "from", date_part('epoch', at - $1) / 60 as minute from alert_events
     where 'firing' in (from_state, to_state) order by at`,
    [new Date(START)]
  )
  const told = rows.map(
    ({ host, from, minute }) => `${host} ${from === 'firing' ? 'ends' : 'fires'} ${minute}`
  )
  const changes = firingsOf(found).flatMap(({ host, from, to }) => [
    { text: `${host} fires ${from}`, at: from },
    ...(to === null ? [] : [{ text: `${host} ends ${to}`, at: to }])
  ])
  expect(told.length).toBeGreaterThan(4)
  expect(told.some((text) => text.startsWith('a'))).toBe(true)
  expect(changes.sort((a, b) => a.at - b.at).map(({ text }) => text)).toEqual(told)
  expect(found.messages).toBe(messages)
})

test('a forecast of hours alone says that they are too few', async () => {
  const { firings, remarks } = await withProgress(2, 'dropped_until', END, () => preview(FULL_SOON))
  expect(firings).toEqual([])
  expect(remarks).toEqual([expect.stringMatching(/only hours are kept, too few for a line through 2h/)])
})

test.each([BUSY, STOPPED, FULL_SOON])(
  '$kind: to leave out quiet hosts changes nothing',
  async (condition) => {
    const quick = await preview(condition)
    const tier = condition === STOPPED ? 1 : 2
    const slow = await withProgress(tier, 'done_until', 0, () => preview(condition))
    expect(quick.total).toBeGreaterThan(0)
    expect(firingsOf(quick)).toEqual(firingsOf(slow))
    expect(quick.messages).toBe(slow.messages)
  }
)

test('of quiet hosts nothing but hours is read', async () => {
  const [busy, full] = [await preview(BUSY), await preview(FULL_SOON)]
  // Host c has an empty disk and d little to do: what their samples and minutes say now is not asked for.
  await db.pool.query('update frames set values = array[1, 0.5] where host_id = 4')
  await db.pool.query(
    `update frames_1m set avgs = array[0.1, date_part('epoch', time - $1) / 36000] where host_id = 3 and time < $2`,
    [new Date(START), new Date(END - 2 * HOUR)]
  )
  expect(firingsOf(await preview(BUSY))).toEqual(firingsOf(busy))
  expect(firingsOf(await preview(FULL_SOON))).toEqual(firingsOf(full))
  for (const [condition, before] of [
    [BUSY, busy],
    [FULL_SOON, full]
  ] as const) {
    const slow = await withProgress(2, 'done_until', 0, () => preview(condition))
    expect(slow.total).toBeGreaterThan(before.total)
  }
})
