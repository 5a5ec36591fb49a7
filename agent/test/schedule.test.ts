import { expect, test } from 'vitest'
import { delayMs } from '../src/backoff.ts'
import { nextTick, runTicks, stampOf } from '../src/schedule.ts'

test.each([
  [20_000, 30_000],
  [20_001, 30_000],
  [29_400, 30_000],
  [29_600, 40_000], // too close to the tick before
  [29_999, 40_000] // a timer that came a little early
])('after %i the next tick is at %i', (now, next) => {
  expect(nextTick(now, 10_000, 20_000)).toBe(next)
})

test('the next tick is later than the last, unless the clock had been far ahead', () => {
  expect(nextTick(25_000, 10_000, 30_000)).toBe(40_000)
  expect(nextTick(25_000, 10_000, 31_234)).toBe(40_000)
  expect(nextTick(25_000, 10_000, 7_230_000)).toBe(30_000)
})

test('a tick has the time that was planned, unless the clock was set in between', () => {
  expect(stampOf(30_000, 30_012, 10_000)).toBe(30_000)
  expect(stampOf(30_000, 29_998, 10_000)).toBe(30_000)
  expect(stampOf(30_000, 3_654_321, 10_000)).toBe(3_650_000) // corrected, or woken from sleep
  expect(stampOf(3_630_000, 34_321, 10_000)).toBe(30_000)
})

/** Runs `count` ticks from 1,003,000 on; `at` may set the clock before a pause ends, by its number. */
async function ticks(count: number, at: Record<number, (now: number) => number> = {}) {
  let now = 1_003_000
  let pauses = 0
  const times: number[] = []
  const firsts: boolean[] = []
  const stopping = new AbortController()
  await runTicks(
    {
      interval: 10_000,
      now: () => now,
      last: () => times.at(-1) ?? -Infinity,
      pause: async (ms) => {
        now += ms
        now = at[pauses]?.(now) ?? now
        pauses += 1
        if (pauses > 1_000) stopping.abort()
      },
      prime: async () => void times.push(0),
      tick: async (time, first) => {
        times.push(time)
        firsts.push(first)
        now += 7 // collecting takes a while
        if (firsts.length === count) stopping.abort()
      }
    },
    stopping.signal
  )
  return { times, firsts }
}

test('primes, gives a first frame soon, then falls into the rhythm', async () => {
  const { times, firsts } = await ticks(4)
  expect(times).toEqual([0, 1_004_000, 1_010_000, 1_020_000, 1_030_000])
  expect(firsts).toEqual([true, false, false, false])
})

test('a clock that is corrected by a little: no time twice, none before another', async () => {
  for (const by of [-9_999, -5_000, -300, 300, 5_000, 9_999, -25_000, 25_000, -59_000])
    for (const pause of [1, 2, 3]) {
      const { times } = await ticks(12, { [pause]: (now) => now + by })
      expect(times).toHaveLength(13)
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
    }
})

test('a clock that had been hours ahead is followed at once, and no time is given twice', async () => {
  const { times } = await ticks(2_000, { 3: (now) => now - 7_200_000, 900: (now) => now - 3_600_000 })
  expect(times.length).toBeGreaterThan(900)
  expect(times[4]).toBeLessThan((times[3] ?? 0) - 7_000_000)
  expect(new Set(times).size).toBe(times.length)
})

test('waits longer after each failure, up to half a minute', () => {
  expect([1, 2, 3, 7, 50].map((failures) => delayMs(failures, undefined, 0, 1))).toEqual([
    1_000, 2_000, 4_000, 30_000, 30_000
  ])
  expect(delayMs(7, undefined, 0, 0.25)).toBe(7_500)
})

test('never waits less than it was asked to, and agents that were asked the same do not come back together', () => {
  expect([0, 0.5, 1].map((random) => delayMs(1, '30', 0, random))).toEqual([30_000, 37_500, 45_000])
  expect([0, 0.5, 1].map((random) => delayMs(5, '1', 0, random))).toEqual([1_000, 9_000, 17_000])
  expect(delayMs(1, 'Thu, 01 Jan 1970 00:01:00 GMT', 20_000, 0)).toBe(40_000)
  expect(delayMs(1, 'soon', 0, 0.5)).toBe(500)
  expect(delayMs(1, '999999999', 0, 0)).toBe(600_000)
})
