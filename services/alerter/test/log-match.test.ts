/** Rules that count log lines: the search of the page, a window, a count, and each host by itself. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logFinding } from '../src/evaluate/log-match.ts'
import { MINUTE, SECOND, START, startWorld, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world?.close())

const OOM = { kind: 'log-match', query: '"out of memory" -test', window: '5m', count: 2 }

test('hosts with so many lines in the window fire, each by itself, and it is over when there are fewer', async () => {
  await world.rule({ name: 'OOM', condition: OOM })
  await world.log('a', START - 6 * MINUTE, ['Out of memory: too long ago', 'Out of memory: too long ago'])
  await world.log('a', START - MINUTE, ['Out of memory: Killed process 1', 'all is well'])
  await world.log('a', START, ['Out of memory: Killed process 2'])
  await world.log('b', START, [
    'out of memory, out of memory: one line',
    'Out of memory: a test',
    'memory out of'
  ])
  await world.log('c', START, ['nothing'])
  await world.look(START)
  expect(world.told()).toEqual(['firing OOM: a'])
  expect(world.messages[0]?.alerts[0]).toMatchObject({
    value: 2,
    summary: '2 lines match "out of memory" -test in 5m; the newest: Out of memory: Killed process 2'
  })
  for (const host of ['a', 'b', 'c']) await world.heard(host, START + 4 * MINUTE)
  await world.look(START + 4 * MINUTE - SECOND)
  expect(world.told()).toEqual([])
  await world.look(START + 4 * MINUTE)
  expect(world.told()).toEqual(['resolved OOM: a'])
})

test('only hosts that both the rule and its search mean', async () => {
  await world.rule({
    name: 'Err',
    condition: { ...OOM, query: 'error host:web*', count: 1 },
    hosts: ['!web-test']
  })
  for (const host of ['web-1', 'web-test', 'db']) await world.log(host, START, ['an error'])
  await world.look(START)
  expect(world.told()).toEqual(['firing Err: web-1'])
})

test('a host that sends nothing is unknown; what fires there is not over', async () => {
  await world.rule({ name: 'OOM', condition: { ...OOM, count: 1 } })
  await world.log('a', START, ['out of memory'])
  await world.heard('b', START)
  await world.look(START)
  await world.heard('c', START + 6 * MINUTE)
  await world.look(START + 6 * MINUTE)
  expect(world.told()).toEqual(['firing OOM: a'])
  expect(await world.states()).toEqual(['OOM a: firing', 'OOM b: unknown'])
})

test('while the monitor is blind, that there are no lines proves nothing', () => {
  const condition = { ...OOM, kind: 'log-match' as const }
  expect(logFinding(condition, undefined, true)).toMatchObject({ bad: false, silence: true })
  expect(logFinding(condition, { count: 3, newest: 'x' }, true)).toMatchObject({ bad: true, silence: false })
})

test('a search that takes too long is noted, and those that do not are looked at all the same', async () => {
  await world.rule({ name: 'A slow one', condition: { ...OOM, query: 'memory', count: 1 } })
  await world.rule({ name: 'Quick', condition: { kind: 'threshold', metric: 'load', op: '>', value: 1 } })
  await world.log('a', START, ['out of memory'])
  await world.send('a', START, { load: 2 })
  // Any search for lines waits.
  const holder = await world.db.pool.connect()
  await holder.query('begin')
  await holder.query('lock table log_words in access exclusive mode')
  expect(await world.look(START)).toMatchObject({ rules: 2, failed: 1 })
  await holder.query('rollback')
  holder.release()
  expect(world.told()).toEqual(['firing Quick: a'])
  const { rows } = await world.db.pool.query('select error from rule_status where error is not null')
  expect(rows).toEqual([{ error: expect.stringMatching(/^the search took longer than \d/) }])
})
