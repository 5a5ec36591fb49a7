import { expect, test } from 'vitest'
import { createClock } from '../src/clock.ts'
import { createSteady } from '../src/steady.ts'

const HOUR = 3_600_000

/** A machine whose clock can be set; `wait` lets time pass. */
function machine(own: number) {
  const state = {
    own,
    steady: 500,
    wait(ms: number) {
      state.own += ms
      state.steady += ms
    }
  }
  const clock = createClock(
    () => state.own,
    () => state.steady
  )
  return { state, clock }
}

test('a clock within ten seconds of the gateway is left alone', () => {
  const { clock } = machine(1_000_000)
  expect([clock.known, clock.now()]).toEqual([false, 1_000_000])
  expect(clock.observe(1_009_000, 0)).toBe(0)
  expect([clock.known, clock.offset, clock.now()]).toEqual([true, 0, 1_000_000])
})

test.each([2 * HOUR, -2 * HOUR])(
  'a clock that is %i ms off is corrected by that and half the round trip',
  (off) => {
    const { clock } = machine(10 * HOUR)
    expect(clock.observe(10 * HOUR + off, 400)).toBe(off + 200)
    expect([clock.offset, clock.now()]).toEqual([off + 200, 10 * HOUR + off + 200])
  }
)

test('the correction does not jitter with the network, follows a real change, and ends when the clock is set', () => {
  const { clock, state } = machine(0)
  clock.observe(HOUR, 0)
  clock.observe(HOUR + 500, 0)
  expect(clock.offset).toBe(HOUR)
  expect(clock.observe(HOUR + 5_000, 0)).toBe(5_000)
  expect(clock.offset).toBe(HOUR + 5_000)
  state.own = HOUR + 5_000
  clock.observe(HOUR + 5_100, 0)
  expect([clock.offset, clock.now()]).toEqual([0, HOUR + 5_000])
})

test('a slow answer changes the correction only by what it proves', () => {
  const { clock } = machine(0)
  clock.observe(HOUR, 0)
  expect(clock.observe(HOUR - 1_000, 8_000)).toBe(0)
  expect(clock.observe(HOUR + 9_000, 8_000)).toBe(13_000)
})

test('at the edge of ten seconds it does not swing', () => {
  const { clock } = machine(0)
  const seen = [10_100, 9_900, 10_050, 9_800].map((gateway) => {
    clock.observe(gateway, 0)
    return clock.now()
  })
  expect(seen).toEqual([10_100, 10_100, 10_100, 10_100])
})

test.each([2 * HOUR, -2 * HOUR, 8_000])(
  'its own clock jumps by %i ms: the time goes on, with the server or without',
  (jump) => {
    const { clock, state } = machine(5 * HOUR)
    clock.observe(5 * HOUR + 300, 0)
    state.wait(60_000)
    state.own += jump
    expect(clock.now()).toBe(5 * HOUR + 60_000)
    expect(clock.offset).toBe(-jump)
    state.wait(HOUR)
    expect(clock.now()).toBe(6 * HOUR + 60_000)
    clock.observe(6 * HOUR + 60_300, 0)
    // Within ten seconds it is nobody's business which of the two is right.
    expect(clock.now()).toBe(6 * HOUR + 60_000 + (Math.abs(jump) > 10_000 ? 0 : jump))
  }
)

test('a moment of the steady clock gets the time as it is known later', () => {
  const { clock, state } = machine(0)
  const moment = state.steady
  state.wait(7_000)
  clock.observe(HOUR, 0)
  expect(clock.at(moment)).toBe(HOUR - 7_000)
})

test('the steady clock goes on while the machine sleeps, and is as fine as the one that does not', () => {
  const state = { awake: 100_000.25, up: 5_000.17 }
  const steady = createSteady(
    () => state.awake,
    () => state.up
  )
  expect(steady()).toBe(100_000.25)
  state.awake += 10_000.5
  state.up += 10.01 // hundredths of a second
  expect(steady()).toBe(110_000.75)
  state.up += 7_200
  expect(Math.abs(steady() - 7_310_000.75)).toBeLessThan(20)
  const woken = steady()
  state.awake += 1.5
  state.up += 0.01
  expect(steady() - woken).toBe(1.5)
})
