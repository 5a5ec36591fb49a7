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
  expect(nextTick(now, 10_000)).toBe(next)
})

test('a tick has the time that was planned, unless the clock was set in between', () => {
  expect(stampOf(30_000, 30_012, 10_000)).toBe(30_000)
  expect(stampOf(30_000, 29_998, 10_000)).toBe(30_000)
  expect(stampOf(30_000, 3_654_321, 10_000)).toBe(3_650_000) // corrected, or woken from sleep
  expect(stampOf(3_630_000, 34_321, 10_000)).toBe(30_000)
})

test('primes, gives a first frame soon, then falls into the rhythm', async () => {
  let now = 1_003_000
  const seen: unknown[] = []
  const stopping = new AbortController()
  await runTicks(
    {
      interval: 10_000,
      now: () => now,
      pause: async (ms) => {
        now += ms
      },
      prime: async () => void seen.push('primed'),
      tick: async (time, first) => {
        seen.push([time, first])
        now += 7 // collecting takes a while
        if (seen.length === 5) stopping.abort()
      }
    },
    stopping.signal
  )
  expect(seen).toEqual([
    'primed',
    [1_004_000, true],
    [1_010_000, false],
    [1_020_000, false],
    [1_030_000, false]
  ])
})

test('waits longer after each failure, up to a minute, and never less than it was asked to', () => {
  expect([1, 2, 3, 7, 50].map((failures) => delayMs(failures, undefined, 0, 1))).toEqual([
    1_000, 2_000, 4_000, 60_000, 60_000
  ])
  expect(delayMs(7, undefined, 0, 0.25)).toBe(15_000)
  expect(delayMs(1, '30', 0, 0)).toBe(30_000)
  expect(delayMs(1, 'Thu, 01 Jan 1970 00:01:00 GMT', 20_000, 0)).toBe(40_000)
  expect(delayMs(1, 'soon', 0, 0.5)).toBe(500)
  expect(delayMs(1, '999999999', 0, 0)).toBe(600_000)
})
