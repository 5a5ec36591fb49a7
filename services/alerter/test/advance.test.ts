/** One step of an alert's life, from every side: what must never happen, whatever is seen and in whatever order. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { advance, FORGET_AFTER, type Observed, STALE_AFTER, type Standing } from '../src/evaluate/advance.ts'

const NOW = 1_795_433_330_000
const bad: Observed = { seen: true, bad: true, recovered: false }
const good: Observed = { seen: true, bad: false, recovered: true }
/** Below the threshold, but not yet below the recovery threshold. */
const between: Observed = { seen: true, bad: false, recovered: false }
const unseen: Observed = { seen: false, bad: false, recovered: false }

/** Looks every 30 s at what the list says. @returns the states, from the first look on */
function live(forMs: number, observed: readonly Observed[], every = 30_000): (Standing | undefined)[] {
  let standing: Standing | undefined
  return observed.map((each, i) => {
    standing = advance(forMs, each, standing, NOW + i * every)
    return standing
  })
}
const states = (forMs: number, observed: readonly Observed[], every?: number) =>
  live(forMs, observed, every).map((standing) => standing?.state ?? 'ok')

test('it fires when it was bad at every look for so long, and is over with data on the good side', () => {
  expect(states(60_000, [good, bad, bad, bad, bad, good])).toEqual([
    ...['ok', 'pending', 'pending', 'firing', 'firing', 'ok']
  ])
  expect(states(60_000, [bad, bad, good, bad, bad, bad])).toEqual([
    ...['pending', 'pending', 'ok', 'pending', 'pending', 'firing']
  ])
  expect(states(0, [bad, good])).toEqual(['firing', 'ok'])
})

test('a recovery threshold keeps it firing in between, and starts nothing', () => {
  expect(states(0, [between, bad, between, between, good, between])).toEqual([
    ...['ok', 'firing', 'firing', 'firing', 'ok', 'ok']
  ])
  expect(states(60_000, [bad, between, bad, bad, bad])).toEqual([
    ...['pending', 'ok', 'pending', 'pending', 'firing']
  ])
})

test('without data nobody knows; what fires goes on for a while, and only data ends it', () => {
  expect(states(0, [unseen, unseen, good])).toEqual(['unknown', 'unknown', 'ok'])
  expect(states(60_000, [bad, unseen, bad, bad, bad])).toEqual([
    ...['pending', 'unknown', 'pending', 'pending', 'firing']
  ])
  const looks = STALE_AFTER / 30_000
  const silent = states(0, [bad, ...Array<Observed>(looks + 1).fill(unseen), bad, good])
  expect(silent.slice(0, looks + 1)).toEqual(Array(looks + 1).fill('firing'))
  expect(silent.slice(looks + 1)).toEqual(['unknown', 'firing', 'ok'])
})

test('what fired goes on firing when its data comes back bad, without `for` beginning anew', () => {
  const looks = Array<Observed>(STALE_AFTER / 30_000 + 1).fill(unseen)
  expect(states(300_000, [...Array<Observed>(11).fill(bad), ...looks, bad]).at(-1)).toBe('firing')
})

test('what nobody expects any more is forgotten after a day, not before', () => {
  const gone: Observed = { ...unseen, gone: true }
  const unknown: Standing = { state: 'unknown', since: NOW - FORGET_AFTER + 1, quietSince: null }
  expect(advance(0, gone, unknown, NOW)).toBe(unknown)
  expect(advance(0, gone, unknown, NOW + 1)).toBeUndefined()
  expect(advance(0, unseen, unknown, NOW + FORGET_AFTER)).toBe(unknown)
})

test('looks that come a little early still end `for`', () => {
  expect(states(30_000, [bad, bad], 29_100)).toEqual(['pending', 'firing'])
  expect(states(30_000, [bad, bad], 28_900)).toEqual(['pending', 'pending'])
})

const observation = fc.constantFrom(bad, good, between, unseen)
const life = fc.record({
  forMs: fc.constantFrom(0, 30_000, 60_000, 300_000),
  looks: fc.array(fc.record({ seen: observation, gap: fc.integer({ min: 1_000, max: 120_000 }) }), {
    maxLength: 60
  })
})

test('whatever comes: no alert without `for`, no end without good data, no ok without data', () => {
  fc.assert(
    fc.property(life, ({ forMs, looks }) => {
      let standing: Standing | undefined
      let now = NOW
      /** Since when every look was bad. */
      let badSince: number | undefined
      let fired = false
      for (const { seen, gap } of looks) {
        now += gap
        if (!seen.bad) badSince = undefined
        else badSince ??= now
        const before = standing
        const copy = before && { ...before }
        standing = advance(forMs, seen, before, now)
        expect(before, 'what was is not changed').toEqual(copy)
        expect(advance(forMs, seen, before, now), 'the same again').toEqual(standing)

        if (standing?.state === 'firing' && !fired) {
          expect(badSince).toBeDefined()
          expect(now - (badSince as number)).toBeGreaterThanOrEqual(Math.max(0, forMs - 1_000))
        }
        if (fired && standing?.state !== 'firing') {
          if (standing) expect([standing.state, seen.seen]).toEqual(['unknown', false])
          else expect(seen).toEqual(good)
        }
        if (!standing) expect(seen.seen && !seen.bad, 'ok is known').toBe(true)
        if (!seen.seen) expect(standing?.state).not.toBe('pending')
        if (standing?.state === before?.state && standing?.state !== 'unknown') {
          expect(standing?.since).toBe(before?.since)
        }
        if (!standing) fired = false
        else if (standing.state === 'firing') fired = true
      }
    }),
    { numRuns: 2_000 }
  )
})
