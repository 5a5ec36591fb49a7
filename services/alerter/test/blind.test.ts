/** Whether the monitor sees: its own troubles are told as such, and never as hosts that are down. */
import { expect, test } from 'vitest'
import { lookAround, type Sight, watchingSince, whyBlind } from '../src/evaluate/blind.ts'

const NOW = 1_795_433_330_000
const hosts = (...silent: number[]) =>
  silent.map((ms, i) => ({ id: i + 1, name: `h${i}`, lastSeen: NOW - ms }))
const why = (silent: number[], oldest?: number, watching = 0) =>
  whyBlind({ hosts: hosts(...silent), oldest, watching, now: NOW }, 15_000)

test('blind is: data waits too long to be stored, or all hosts are silent together', () => {
  expect(why([1_000, 2_000], NOW - 14_999)).toBeNull()
  expect(why([1_000, 2_000], NOW - 15_000)).toMatch(/not being stored: the oldest has waited for 15 s/)
  expect(why([20_000, 25_000])).toMatch(/nothing has arrived from any of 2 hosts for 20 s/)
  expect(why([19_999, 25_000])).toBeNull()
})

test('one host alone may be down, and those long gone are no witnesses', () => {
  expect(why([])).toBeNull()
  expect(why([40_000])).toBeNull()
  expect(why([40_000, 101_000])).toBeNull()
  expect(why([40_000, 99_000])).toMatch(/any of 2 hosts/)
})

test('what happened while nobody looked does not count; what was known to blind it does', () => {
  expect(why([300_000, 300_000], undefined, NOW - 19_999)).toBeNull()
  expect(why([300_000, 300_000], undefined, NOW - 20_000)).toMatch(/any of 2 hosts for 5 min/)
  expect(why([1_000], NOW - 300_000, NOW - 14_999)).toBeNull()
  expect(why([1_000], NOW - 300_000, NOW - 15_000)).toMatch(/has waited for 5 min/)
  expect(watchingSince(seeing, NOW)).toBe(seeing.sightSince)
  expect(watchingSince({ ...seeing, lookedAt: NOW - 20_001 }, NOW)).toBe(NOW)
  expect(watchingSince({ ...seeing, lookedAt: null }, NOW)).toBe(NOW)
  const blind = { lookedAt: NOW - 3_600_000, blindSince: NOW - 7_200_000, reason: 'dark', sightSince: NOW }
  expect(watchingSince(blind, NOW)).toBe(Number.NEGATIVE_INFINITY)
})

const seeing: Sight = { lookedAt: NOW - 5_000, blindSince: null, reason: null, sightSince: NOW - 60_000 }

test('silence counts again only after some time of sight', () => {
  expect(lookAround(seeing, null, NOW)).toEqual({
    sight: { blindSince: null, reason: null, sightSince: NOW - 60_000 },
    held: false
  })
  const blind = lookAround(seeing, 'dark', NOW)
  expect(blind).toEqual({ sight: { blindSince: NOW, reason: 'dark', sightSince: NOW }, held: true })
  const back = lookAround({ ...blind.sight, lookedAt: NOW }, null, NOW + 5_000)
  expect(back.sight).toEqual({ blindSince: null, reason: null, sightSince: NOW + 5_000 })
  const soon = lookAround({ ...back.sight, lookedAt: NOW + 45_000 }, null, NOW + 49_999)
  expect(soon.held).toBe(true)
  expect(lookAround({ ...soon.sight, lookedAt: NOW + 49_999 }, null, NOW + 50_000).held).toBe(false)
})

test('after the alerter was away, it cannot tell whose fault a silence is', () => {
  expect(lookAround({ ...seeing, lookedAt: NOW - 20_001 }, null, NOW).held).toBe(true)
  expect(lookAround({ ...seeing, lookedAt: NOW - 20_000 }, null, NOW).held).toBe(false)
  expect(lookAround({ ...seeing, lookedAt: null }, null, NOW).held).toBe(true)
})
