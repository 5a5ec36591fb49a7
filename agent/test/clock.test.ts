import { expect, test } from 'vitest'
import { createClock } from '../src/clock.ts'

test('a clock within ten seconds of the gateway is left alone', () => {
  const clock = createClock(() => 1_000_000)
  expect(clock.known).toBe(false)
  clock.observe(1_009_000, 0)
  expect([clock.known, clock.offset, clock.now()]).toEqual([true, 0, 1_000_000])
})

test('a wrong clock is corrected by the difference and half the round trip', () => {
  const clock = createClock(() => 1_000_000)
  clock.observe(4_600_000, 400)
  expect(clock.offset).toBe(3_600_200)
  expect(clock.now()).toBe(4_600_200)
})

test('the correction does not jitter with the network, follows a real change, and ends when the clock is set', () => {
  let own = 0
  const clock = createClock(() => own)
  clock.observe(3_600_000, 0)
  clock.observe(3_600_500, 0)
  expect(clock.offset).toBe(3_600_000)
  clock.observe(3_605_000, 0)
  expect(clock.offset).toBe(3_605_000)
  own = 3_605_000
  clock.observe(3_605_100, 0)
  expect(clock.offset).toBe(0)
})
