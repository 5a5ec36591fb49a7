/** Silence: series that stop, hosts that go down, and a monitor that sees nothing and so says nothing of either. */
import { STREAMS } from '@miniobserv/stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MINUTE, SECOND, START, startWorld, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
  // It has looked for a while: silence proves nothing right after it began to.
  await watch(START - MINUTE, START - 5 * SECOND)
})
afterEach(() => world?.close())

/** Looks at heartbeats every five seconds; every thirty at everything. @returns what was told, with the second of it */
async function watch(from: number, to: number, before?: (at: number) => Promise<unknown>): Promise<string[]> {
  const told: string[] = []
  for (let at = from; at <= to; at += 5 * SECOND) {
    await before?.(at)
    await world.look(at, { scope: at % (30 * SECOND) === 0 ? 'all' : 'heartbeats', away: true })
    told.push(...world.told().map((text) => `${(at - START) / SECOND} s: ${text}`))
  }
  return told
}
const everyTen = (at: number) => (at - START) % (10 * SECOND) === 0

test('what fires for a host that is taken off the list is over, and it is looked at again when it sends', async () => {
  await world.rule({ name: 'Down', condition: { kind: 'host-down', after: '30s' } })
  await world.heard('b', START)
  await watch(START, START + 2 * MINUTE, (at) => (everyTen(at) ? world.heard('a', at) : Promise.resolve()))
  expect(await world.states()).toEqual(['Down b: firing'])
  await world.db.pool.query("update hosts set removed_at = last_seen + interval '1 minute' where name = 'b'")
  const goesOn = (at: number) => (everyTen(at) ? world.heard('a', at) : Promise.resolve())
  const told = await watch(START + 125 * SECOND, START + 135 * SECOND, goesOn)
  expect(told).toEqual([expect.stringContaining('resolved Down: b')])
  expect(world.messages.at(-1)?.alerts[0]?.summary).toBe('the host was taken off the list')
  await world.heard('b', START + 140 * SECOND)
  await watch(START + 140 * SECOND, START + 190 * SECOND, goesOn)
  expect(await world.states()).toEqual(['Down b: firing'])
})

describe('no data', () => {
  const NO_DATA = { kind: 'no-data', metric: 'load', after: '1m' }

  test('a series that stops while its host goes on is told, and that it comes again', async () => {
    await world.rule({ name: 'Quiet', condition: NO_DATA })
    await world.send('a', START, { 'load{cpu=0}': 1, 'load{cpu=1}': 1 })
    await world.look(START)
    for (const seconds of [30, 60, 90]) {
      await world.send('a', START + seconds * SECOND, { 'load{cpu=0}': 1 })
      await world.look(START + seconds * SECOND)
    }
    expect(world.told()).toEqual(['firing Quiet: a{cpu=1}'])
    expect(world.messages[0]?.alerts[0]?.summary).toBe('load: no data for 1m, though the host sends')
    await world.send('a', START + 120 * SECOND, { 'load{cpu=0}': 1, 'load{cpu=1}': 1 })
    await world.look(START + 120 * SECOND)
    expect(world.told()).toEqual(['resolved Quiet: a{cpu=1}'])
  })

  test('a host that sends nothing at all is not its business', async () => {
    await world.rule({ name: 'Quiet', condition: NO_DATA })
    await world.send('a', START, { load: 1 })
    await world.look(START)
    await world.look(START + 2 * MINUTE)
    expect(world.told()).toEqual([])
    expect(await world.states()).toEqual(['Quiet a: unknown'])
  })

  test('a new host, or a series that was never there, is not missed', async () => {
    await world.rule({ name: 'Quiet', condition: NO_DATA })
    await world.send('a', START, { other: 1 })
    await world.look(START)
    expect([world.told(), await world.states()]).toEqual([[], []])
  })

  test('what stays away for a day is taken for gone', async () => {
    await world.rule({ name: 'Quiet', condition: NO_DATA })
    await world.send('a', START, { 'load{cpu=0}': 1, 'load{cpu=1}': 1 })
    await world.look(START)
    const looks = [2, 24 * 60, 24 * 60 + 3].map((minutes) => START + minutes * MINUTE)
    for (const at of looks) {
      await world.send('a', at, { 'load{cpu=0}': 1 })
      await world.look(at)
    }
    expect(world.told()).toEqual(['firing Quiet: a{cpu=1}', 'resolved Quiet: a{cpu=1}'])
  })
})

describe('host down', () => {
  test('it is known within half a minute and a look, told once, and over as soon as it sends', async () => {
    await world.rule({ name: 'Down', condition: { kind: 'host-down' } })
    const told = await watch(START, START + 120 * SECOND, async (at) => {
      if (everyTen(at)) await world.heard('a', at)
      if (everyTen(at) && (at <= START + 20 * SECOND || at >= START + 90 * SECOND)) await world.heard('b', at)
    })
    expect(told).toEqual(['50 s: firing Down: b', '90 s: resolved Down: b'])
    expect(world.messages.map(({ alerts }) => alerts[0]?.summary)).toEqual([
      ...['nothing came from it for 30 s', 'it sends again']
    ])
  })

  test('hosts that stop together are one message, though their beats are spread over ten seconds', async () => {
    await world.rule({ name: 'Down', condition: { kind: 'host-down' } })
    const names = Array.from({ length: 20 }, (_, i) => `rack-${String(i).padStart(2, '0')}`)
    const told = await watch(START, START + 60 * SECOND, async (at) => {
      if (everyTen(at)) await world.heard('other', at)
      for (const [i, name] of names.entries()) if (at === START) await world.heard(name, at + i * 500)
    })
    expect(told).toEqual([`30 s: firing Down: ${names.join(', ')}`])
  })

  test('only hosts that the rule means', async () => {
    await world.rule({ name: 'Down', condition: { kind: 'host-down' }, hosts: ['db*'] })
    const told = await watch(START, START + 60 * SECOND, async (at) => {
      if (everyTen(at)) await world.heard('other', at)
      if (at === START) for (const host of ['db1', 'web1']) await world.heard(host, at)
    })
    expect(told).toEqual(['30 s: firing Down: db1'])
  })
})

describe('blind', () => {
  const hosts = Array.from({ length: 20 }, (_, i) => `h${String(i).padStart(2, '0')}`)
  const all = (at: number) => Promise.all(hosts.map((host) => world.heard(host, at)))
  beforeEach(async () => {
    await world.rule({ name: 'Blind', condition: { kind: 'blind' } })
    await world.rule({ name: 'Down', condition: { kind: 'host-down' } })
    await world.rule({ name: 'Quiet', condition: { kind: 'no-data', metric: 'load', after: '30s' } })
  })
  const wait = (at: number) => world.redis.redis.xadd(STREAMS.metrics, `${at}-1`, 'batch', 'x')

  test('what arrives is not stored: one message, and none of hosts or series', async () => {
    for (const host of hosts) await world.send(host, START, { load: 1 })
    const told = await watch(START, START + 5 * MINUTE, async (at) => {
      if (at === START) await wait(at + 2 * SECOND)
    })
    expect(told).toEqual(['20 s: firing Blind: -'])
    expect(world.messages[0]?.alerts[0]?.summary).toMatch(/^what arrives is not being stored/)
    // The writers are back: the stream is empty, and hosts are heard of.
    await world.redis.redis.del(STREAMS.metrics)
    const back = START + 5 * MINUTE + 5 * SECOND
    const after = await watch(back, back + 2 * MINUTE, async (at) => {
      if ((at - back) % (10 * SECOND) === 0)
        for (const host of hosts.slice(1)) await world.send(host, at, { load: 1 })
    })
    expect(after.map((text) => text.replace(/^\d+ s: /, ''))).toEqual([
      'resolved Blind: -',
      'firing Down: h00'
    ])
  })

  test('nothing arrives from anybody: one message, and none of hosts', async () => {
    await watch(START - 60 * SECOND, START, (at) => all(at))
    const told = await watch(START + 5 * SECOND, START + 5 * MINUTE)
    expect(told).toEqual(['20 s: firing Blind: -'])
    const back = START + 5 * MINUTE + 5 * SECOND
    const after = await watch(back, back + 2 * MINUTE, (at) => all(at))
    expect(after).toEqual([`${(back - START) / SECOND} s: resolved Blind: -`])
  })

  test('a host that went down before stays down, and is told as over only when it is heard of', async () => {
    await watch(START - 60 * SECOND, START, async (at) => {
      for (const host of hosts) if (host !== 'h03' || at < START - 55 * SECOND) await world.heard(host, at)
    })
    expect(world.messages.map(({ rule }) => rule.name)).toEqual(['Down'])
    await watch(START + 5 * SECOND, START + 2 * MINUTE)
    expect(await world.states()).toEqual(['Blind -: firing', 'Down h03: firing'])
    const told = await watch(START + 125 * SECOND, START + 130 * SECOND, all)
    expect(told).toEqual(['125 s: resolved Blind: -', '125 s: resolved Down: h03'])
  })

  test('after everything was off for an hour nobody is blind and nothing is down', async () => {
    await watch(START - 60 * SECOND, START, (at) => all(at))
    await wait(START + 1)
    const on = START + 60 * MINUTE
    const told = await watch(on, on + 3 * MINUTE, async (at) => {
      if (at === on + 5 * SECOND) await world.redis.redis.del(STREAMS.metrics)
      // Agents come back one by one: they wait longer and longer while they are refused.
      for (const [i, host] of hosts.entries())
        if (at >= on + (10 + i * 1.5) * SECOND) await world.heard(host, at)
    })
    expect(told).toEqual([])
  })

  test('whoever starts while nothing is stored finds that out in the usual time', async () => {
    await watch(START - 60 * SECOND, START, (at) => all(at))
    await wait(START + 1)
    const on = START + 60 * MINUTE
    expect(await watch(on, on + 60 * SECOND)).toEqual([
      expect.stringMatching(/^36(15|20) s: firing Blind: -$/)
    ])
  })
})
