/** Rules about values: each host and series by itself, from what the database has at the time of the look. */
import type { ConditionOf } from '@miniobserv/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { thresholdFinding } from '../src/evaluate/thresholds.ts'
import { HOUR, MINUTE, SECOND, START, startWorld, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world?.close())

const BUSY = { kind: 'threshold', metric: 'load', agg: 'avg', window: '1m', op: '>', value: 10 }

test('each host and each series has a state of its own, and one message lists what fires together', async () => {
  await world.rule({ name: 'Busy', condition: BUSY })
  for (const host of ['a', 'b', 'c']) {
    await world.sendAll(host, START - MINUTE, START, () => ({
      'load{cpu=0}': host === 'a' ? 20 : 5,
      'load{cpu=1}': host === 'c' ? 5 : 20,
      other: 99
    }))
  }
  const found = await world.look(START)
  expect(found).toMatchObject({ rules: 1, failed: 0, transitions: 3, messages: 1 })
  expect(world.told()).toEqual(['firing Busy: a{cpu=0}, a{cpu=1}, b{cpu=1}'])
  expect(world.messages[0]?.alerts[0]).toMatchObject({ host: 'a', value: 20, since: START })
  expect(world.messages[0]?.alerts[0]?.summary).toBe('load is 20, rule: above 10 (avg over 1m)')

  await world.sendAll('a', START + 10 * SECOND, START + MINUTE, () => ({
    ...{ 'load{cpu=0}': 5, 'load{cpu=1}': 30, other: 99 }
  }))
  await world.sendAll('b', START + 10 * SECOND, START + MINUTE, () => ({
    ...{ 'load{cpu=0}': 5, 'load{cpu=1}': 5, other: 99 }
  }))
  await world.look(START + MINUTE)
  expect(world.told()).toEqual(['resolved Busy: a{cpu=0}, b{cpu=1}'])
  expect(await world.states()).toEqual([
    'Busy a{cpu=1}: firing',
    ...['Busy c{cpu=0}: unknown', 'Busy c{cpu=1}: unknown']
  ])
  const { rows } = await world.db.pool.query('select ok, pending, firing, unknown from rule_status')
  expect(rows).toEqual([{ ok: 3, pending: 0, firing: 1, unknown: 2 }])
})

test.each([
  ['By', 67_108_864, 96_468_992, 'is 92 MiB, rule: above 64 MiB'],
  ['ms', -60_000, -125_000, 'is -2.08 min, rule: above -60 s'],
  ['1', 0.9, 0.98765, 'is 98.8 %, rule: above 90 %'],
  ['{line}/s', 50, 1234.5, 'is 1,235/s, rule: above 50/s']
])('values of unit %s are told as people read them', (unit, value, measured, words) => {
  const condition = { ...BUSY, value } as ConditionOf<'threshold'>
  const group = { key: '', labels: { disk: 'sda' }, unit, seriesIds: [1] }
  expect(thresholdFinding(condition, group, measured).describe()).toBe(`load ${words} (avg over 1m)`)
})

test('`for` waits, a recovery threshold holds on', async () => {
  await world.rule({ name: 'Busy', condition: { ...BUSY, agg: 'last', recover: 6 }, for: '1m' })
  const seen: string[] = []
  for (const [i, load] of [20, 20, 20, 8, 8, 20, 5, 8].entries()) {
    await world.send('a', START + i * 30 * SECOND, { load })
    await world.look(START + i * 30 * SECOND)
    seen.push(world.told().join() || '-')
  }
  expect(seen).toEqual(['-', '-', 'firing Busy: a', '-', '-', '-', 'resolved Busy: a', '-'])
  expect(await world.history()).toEqual([
    ...['Busy a: ok → pending', 'Busy a: pending → firing', 'Busy a: firing → ok']
  ])
})

test('only the hosts and labels that the rule means', async () => {
  const where = { mount: '/data*', type: '!tmpfs' }
  await world.rule({ name: 'Full', condition: { ...BUSY, where }, hosts: ['web*', '!web-test'] })
  for (const host of ['web-1', 'web-test', 'db']) {
    await world.send(host, START, {
      'load{mount=/,type=ext4}': 99,
      'load{mount=/data1,type=ext4}': 99,
      'load{mount=/data2,type=tmpfs}': 99
    })
  }
  await world.look(START)
  expect(world.told()).toEqual(['firing Full: web-1{mount=/data1,type=ext4}'])
})

test('series of a host put together, and labels kept apart', async () => {
  const sum = { ...BUSY, across: 'sum' }
  await world.rule({ name: 'All', condition: { ...sum, where: { mode: '!idle' } } })
  await world.rule({ name: 'Each', condition: { ...sum, by: ['cpu'] } })
  await world.rule({ name: 'Mean', condition: { ...BUSY, across: 'avg', op: '<', value: 5 } })
  await world.send('a', START, {
    'load{cpu=0,mode=user}': 7,
    'load{cpu=1,mode=user}': 4,
    'load{cpu=1,mode=idle}': 1
  })
  await world.look(START)
  expect(world.told()).toEqual(['firing All: a', 'firing Mean: a'])
  expect(world.messages[0]?.alerts[0]?.value).toBe(11)
  expect(world.messages[1]?.alerts[0]?.value).toBe(4)
})

test.each([
  ['avg', 4.5, ['5m']],
  ['min', 1, ['5m', '15m', '2h']],
  ['max', 8, ['5m', '15m', '2h']],
  ['sum', 36, ['5m', '15m', '2h']],
  ['count', 8, ['5m', '15m', '2h']],
  ['last', 8, ['5m', '15m', '2h']]
])('%s over raw samples and over rollups is %d', async (agg, value, windows) => {
  for (const window of windows) {
    await world.rule({ name: window, condition: { ...BUSY, agg, window, op: '>', value: -1 } })
  }
  await world.sendAll('a', START - 70 * SECOND, START, (at) => ({ load: 8 - (START - at) / 10_000 }))
  await world.look(START)
  expect(world.messages.map(({ rule, alerts }) => [rule.name, alerts[0]?.value])).toEqual(
    [...windows].sort().map((window) => [window, value])
  )
})

test('a window is what is newer than its length, its end included, and nothing from beyond now', async () => {
  await world.rule({ name: 'Count', condition: { ...BUSY, agg: 'sum', window: '10s', op: '>=', value: 0 } })
  await world.sendAll('a', START - 20 * SECOND, START + 20 * SECOND, (at) => ({
    load: at === START ? 1 : 100
  }))
  await world.look(START)
  expect(world.messages[0]?.alerts[0]?.value).toBe(1)
})

test('a window of hours is put together from hours, minutes and samples, none of them twice', async () => {
  await world.rule({
    name: 'Sum',
    condition: { ...BUSY, agg: 'sum', window: '6h', op: '>=', value: 0 }
  })
  // From 10:30 the day before to 16:30: minutes of a broken hour, whole hours, minutes, samples.
  const now = START + 30 * MINUTE
  await world.send('a', now, { load: 1 })
  const rows = async (table: string, times: number[], count: number) => {
    for (const at of times) {
      await world.db.pool.query(
        `insert into ${table} select $1, h.id, l.id, '{1}', '{1}', '{1}', array[$2::float4] from hosts h, layouts l`,
        [new Date(at), count]
      )
    }
  }
  const until = (from: number, to: number, step: number) =>
    Array.from({ length: Math.round((to - from) / step) }, (_, i) => from + i * step)
  const from = now - 6 * HOUR
  await rows('frames_1m', until(from - 30 * MINUTE, now, MINUTE), 6)
  await rows('frames_1h', until(START - 7 * HOUR, START, HOUR), 360)
  await world.db.pool.query(
    `update rollup_progress set done_until = case tier when 1 then $1::timestamptz else $2 end`,
    [new Date(now - 2 * MINUTE), new Date(START)]
  )
  await world.sendAll('a', now - 3 * MINUTE, now - 10 * SECOND, () => ({ load: 1 }))
  await world.look(now)
  expect(world.messages[0]?.alerts[0]?.value).toBe(6 * 360 + 1)
  // It is remembered for a sixtieth of its length, five minutes at most.
  const valueAfter = async (ms: number) => {
    await world.look(now + ms)
    return (await world.db.pool.query('select value from alert_states')).rows[0].value
  }
  await world.send('a', now + 10 * SECOND, { load: 100 })
  expect(await valueAfter(4 * MINUTE)).toBe(6 * 360 + 1)
  expect(await valueAfter(5 * MINUTE)).not.toBe(6 * 360 + 1)
})

test('no data is not ok: what fires goes on, then nobody knows, and only good data ends it', async () => {
  await world.rule({ name: 'Busy', condition: BUSY })
  await world.send('a', START, { load: 20 })
  await world.send('b', START, { load: 5 })
  await world.look(START)
  expect(world.told()).toEqual(['firing Busy: a'])
  // Were nobody heard of, the monitor would be blind, and know nothing of a and b either.
  await world.heard('c', START + 17 * MINUTE)
  await world.look(START + 2 * MINUTE)
  expect(await world.states()).toEqual(['Busy a: firing', 'Busy b: unknown'])
  await world.look(START + 17 * MINUTE)
  expect(await world.states()).toEqual(['Busy a: unknown', 'Busy b: unknown'])
  expect(world.told()).toEqual([])
  for (const host of ['a', 'b']) await world.send(host, START + 18 * MINUTE, { load: 5 })
  await world.look(START + 18 * MINUTE)
  expect(world.told()).toEqual(['resolved Busy: a'])
  expect(await world.states()).toEqual([])
})

test('a series that was taken out is forgotten after a day', async () => {
  await world.rule({ name: 'Full', condition: BUSY })
  await world.send('a', START, { 'load{disk=usb}': 20, 'load{disk=sda}': 1 })
  await world.look(START)
  const later = START + 25 * HOUR
  await world.send('a', START + MINUTE, { 'load{disk=sda}': 1 })
  await world.look(START + 20 * MINUTE)
  await world.look(START + 40 * MINUTE)
  expect(world.told()).toEqual(['firing Full: a{disk=usb}'])
  await world.send('a', later, { 'load{disk=sda}': 1 })
  await world.look(later)
  expect(world.told()).toEqual(['resolved Full: a{disk=usb}'])
  expect(await world.states()).toEqual([])
})

test('a missing value is no sample, wherever it stands', async () => {
  await world.rule({ name: 'Busy', condition: { ...BUSY, agg: 'min', value: 4 } })
  await world.send('a', START - 10 * SECOND, { 'load{cpu=0}': null, 'load{cpu=1}': 5, 'load{cpu=2}': null })
  await world.send('a', START, { 'load{cpu=0}': null, 'load{cpu=1}': null, 'load{cpu=2}': 6 })
  await world.look(START)
  expect(world.told()).toEqual(['firing Busy: a{cpu=1}, a{cpu=2}'])
  expect(await world.states()).toContain('Busy a{cpu=0}: unknown')
})

test('new series of hosts that were known before are seen at the next look', async () => {
  await world.rule({ name: 'Busy', condition: BUSY })
  await world.send('a', START, { 'load{cpu=0}': 1 })
  await world.look(START)
  await world.send('a', START + 30 * SECOND, { 'load{cpu=0}': 1, 'load{cpu=1}': 20 })
  await world.look(START + 30 * SECOND)
  expect(world.told()).toEqual(['firing Busy: a{cpu=1}'])
})
