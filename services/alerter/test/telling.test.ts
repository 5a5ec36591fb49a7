/** Who is told what and how often: once a transition, one message a rule and look, and nothing that somebody has silenced. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { acknowledge } from '../src/acknowledge.ts'
import { type Turn, takeTurn } from '../src/rules/turn.ts'
import { createSilence } from '../src/save-silence.ts'
import { HOUR, MINUTE, SECOND, START, startWorld, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world?.close())

const BUSY = { kind: 'threshold', metric: 'load', agg: 'last', window: '1m', op: '>', value: 10 }

/** The hosts send this and are looked at. @returns what is told */
async function at(time: number, loads: Record<string, number>): Promise<string[]> {
  for (const [host, load] of Object.entries(loads)) await world.send(host, time, { load })
  await world.look(time)
  return world.told()
}

/** Something that a person does. */
const turn = (work: (turn: Turn) => Promise<unknown>) => {
  const outbox = { write: async () => 0, flush: () => undefined }
  return takeTurn({ db: world.db.pool, now: () => START, outbox }, 'eve', work)
}
const silence = (hosts: string[], ends: number) =>
  turn(({ client, ...who }) =>
    createSilence(client, { hosts, rules: ['B*'], reason: 'disk swap', ends }, who)
  )

test('twenty hosts at once are one message that lists them, and so is their end', async () => {
  await world.rule({ name: 'Busy', condition: BUSY })
  const hosts = Array.from({ length: 20 }, (_, i) => `h${String(i).padStart(2, '0')}`)
  const all = (load: number) => Object.fromEntries(hosts.map((host) => [host, load]))
  expect(await at(START, all(20))).toEqual([`firing Busy: ${hosts.join(', ')}`])
  expect(await at(START + 30 * SECOND, all(20))).toEqual([])
  expect(await at(START + MINUTE, all(5))).toEqual([`resolved Busy: ${hosts.join(', ')}`])
})

test('two rules are two messages, each with its own severity, note and labels', async () => {
  await world.rule({ name: 'A', condition: BUSY, severity: 'critical', note: 'Run.', labels: { team: 'x' } })
  await world.rule({ name: 'B', condition: { ...BUSY, value: 15 } })
  expect(await at(START, { a: 20 })).toEqual(['firing A: a', 'firing B: a'])
  expect(world.messages[0]?.rule).toMatchObject({ severity: 'critical', note: 'Run.', labels: { team: 'x' } })
})

test('a reminder comes as often as the rule says, and lists all that fires', async () => {
  await world.rule({ name: 'Busy', condition: BUSY, remind: '1h' })
  expect(await at(START, { a: 20, b: 5 })).toEqual(['firing Busy: a'])
  expect(await at(START + 30 * MINUTE, { a: 20, b: 20 })).toEqual(['firing Busy: b'])
  expect(await at(START + HOUR - SECOND, { a: 20, b: 20 })).toEqual([])
  expect(await at(START + HOUR, { a: 20, b: 20 })).toEqual(['reminder Busy: a, b'])
  expect(await at(START + HOUR + 30 * MINUTE, { a: 20, b: 20 })).toEqual([])
  expect(await at(START + 2 * HOUR, { a: 20, b: 5 })).toEqual(['resolved Busy: b', 'reminder Busy: a'])
})

test('what a silence covers is not told; when it still fires after the end, it is', async () => {
  await world.rule({ name: 'Busy', condition: BUSY })
  await silence(['a'], START + HOUR)
  expect(await at(START, { a: 20, b: 20 })).toEqual(['firing Busy: b'])
  expect(await world.states()).toEqual(['Busy a: firing', 'Busy b: firing'])
  expect(await at(START + 30 * MINUTE, { a: 5, b: 20 })).toEqual([])
  expect(await at(START + 31 * MINUTE, { a: 20, b: 20 })).toEqual([])
  expect(await at(START + HOUR, { a: 20, b: 20 })).toEqual(['firing Busy: a'])
})

test('that it is over is told to who was told that it fires, silence or not', async () => {
  await world.rule({ name: 'Busy', condition: BUSY, remind: '5m' })
  expect(await at(START, { a: 20 })).toEqual(['firing Busy: a'])
  await silence(['*'], START + HOUR)
  expect(await at(START + 10 * MINUTE, { a: 20 })).toEqual([])
  expect(await at(START + 20 * MINUTE, { a: 5 })).toEqual(['resolved Busy: a'])
})

test('an acknowledged alert is not told again until it is over; the next one is', async () => {
  await world.rule({ name: 'Busy', condition: BUSY, remind: '5m' })
  expect(await at(START, { a: 20, b: 20 })).toEqual(['firing Busy: a, b'])
  const { rows } = await world.db.pool.query("select id from alert_states where host = 'a'")
  await turn((one) => acknowledge(one, String(rows[0].id), 'I am at it'))
  expect(await at(START + 5 * MINUTE, { a: 20, b: 20 })).toEqual(['reminder Busy: b'])
  expect(await at(START + 6 * MINUTE, { a: 5, b: 20 })).toEqual(['resolved Busy: a'])
  expect(await at(START + 7 * MINUTE, { a: 20, b: 20 })).toEqual(['firing Busy: a'])
})

test('the history says what, when, from what to what, and the value', async () => {
  await world.rule({ name: 'Busy', condition: BUSY })
  await at(START, { a: 20 })
  await at(START + MINUTE, { a: 4 })
  const { rows } = await world.db.pool.query(
    'select at, rule, host, from_state, to_state, value, summary from alert_events where to_state is not null order by id'
  )
  expect(rows).toEqual([
    {
      ...{ at: new Date(START), rule: 'Busy', host: 'a', from_state: 'ok', to_state: 'firing', value: 20 },
      summary: 'load is 20, rule: above 10 (last over 1m)'
    },
    {
      ...{
        at: new Date(START + MINUTE),
        rule: 'Busy',
        host: 'a',
        from_state: 'firing',
        to_state: 'ok',
        value: 4
      },
      summary: 'load is 4, rule: above 10 (last over 1m)'
    }
  ])
})

/** Swings around 0.9 for ten minutes, a look every thirty seconds: 0.88, 0.92, 0.88, … */
async function flap(recover: object): Promise<string[]> {
  await world.rule({ name: 'Full', condition: { ...BUSY, value: 0.9, ...recover } })
  const told: string[] = []
  for (let i = 0; i <= 20; i++) told.push(...(await at(START + i * 30 * SECOND, { a: i % 2 ? 0.92 : 0.88 })))
  told.push(...(await at(START + 11 * MINUTE, { a: 0.5 })))
  return told.map((text) => text.split(' ')[0] as string)
}

test('a signal that flaps for ten minutes: twenty messages without a recovery threshold, two with one', async () => {
  const without = await flap({})
  expect(without).toEqual(Array.from({ length: 10 }, () => ['firing', 'resolved']).flat())
  expect(without).toHaveLength(20)
})

test('the same with a recovery threshold: one that it fires, one that it is over', async () => {
  expect(await flap({ recover: 0.85 })).toEqual(['firing', 'resolved'])
})
