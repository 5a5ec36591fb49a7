/** The plan of a run: the same for the same seed, and never too gentle. */
import { expect, test } from 'vitest'
import { type Fault, planFaults } from '../plan.ts'
import { createRandom } from '../random.ts'
import { KINDS } from '../supervise.ts'

const MINUTE = 60_000
const plan = (seed: number, minutes: number) =>
  planFaults({ seed, durationMs: minutes * MINUTE, claimAfterMs: 3_000 })
const kills = (faults: Fault[]) => faults.flatMap((fault) => (fault.what === 'kill' ? [fault] : []))
const SEEDS = Array.from({ length: 50 }, (_, seed) => seed)

test('the same seed gives the same faults in the same order, another seed others', () => {
  expect(plan(1, 10)).toEqual(plan(1, 10))
  expect(plan(1, 10)).not.toEqual(plan(2, 10))
  const numbers = (label: string) => Array.from({ length: 5 }, createRandom(1, label).next)
  expect(numbers('a')).toEqual(numbers('a'))
  expect(numbers('a')).not.toEqual(numbers('b'))
})

test.each(SEEDS)(
  'ten minutes of seed %i: over 60 kills of all four kinds, and a database away for a minute',
  (seed) => {
    const faults = plan(seed, 10)
    expect(kills(faults).length).toBeGreaterThan(80)
    for (const kind of KINDS)
      expect(kills(faults).filter((kill) => kill.kind === kind).length).toBeGreaterThan(5)
    const stops = faults.filter((fault) => fault.what === 'stop database')
    expect(stops.map(({ downMs }) => downMs)).toEqual([MINUTE, MINUTE, MINUTE])
    for (const what of ['stall writer', 'fill redis', 'cut']) {
      expect(faults.filter((fault) => fault.what === what).length, what).toBeGreaterThan(8)
    }
  }
)

test.each(SEEDS)('the short form of seed %i has every fault', (seed) => {
  const faults = plan(seed, 1)
  expect(new Set(kills(faults).map(({ kind }) => kind))).toEqual(new Set(KINDS))
  const whats = new Set(faults.map(({ what }) => what))
  expect(whats).toEqual(new Set(['kill', 'stop database', 'stall writer', 'fill redis', 'cut']))
})

test('numbers are spread evenly from 0 to 1', () => {
  const random = createRandom(3, 'spread')
  const tenths = new Array(10).fill(0)
  for (let i = 0; i < 10_000; i++) tenths[Math.floor(random.next() * 10)]++
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(120)
})
