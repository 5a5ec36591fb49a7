/** Whom a silence covers and when it holds, over a year with its two odd days, in several zones. */
import type { Recurrence } from '@miniobserv/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdsAt, isSilenced, type StoredSilence, silencedAt, silencesAt } from '../src/silences.ts'

const HOUR = 3_600_000
const silence = (part: Partial<StoredSilence>): StoredSilence => ({
  ...{ id: 1, hosts: ['*'], rules: ['*'], labels: {}, reason: 'work', createdBy: 'admin', createdAt: 0 },
  ...{ starts: 0, ends: null, recurs: null },
  ...part
})
const window = (recurs: Partial<Recurrence>) =>
  silence({ recurs: { days: [1, 2, 3, 4, 5, 6, 7], at: '02:00', duration: '2h', zone: 'UTC', ...recurs } })
const holds = (each: StoredSilence, ...times: string[]) =>
  times.map((time) => holdsAt(each, Date.parse(time)))

test('host, rule and labels must all be meant', () => {
  const web = silence({ hosts: ['web*', '!web9'], rules: ['CPU*'], labels: { team: 'a' } })
  const about = (rule: string, host: string | null, labels: Record<string, string>) =>
    silencedAt(web, { rule, host, labels }, 1)
  expect(about('CPU busy', 'web1', { team: 'a', 'cpu.mode': 'user' })).toBe(true)
  expect(about('CPU busy', 'web9', { team: 'a' })).toBe(false)
  expect(about('CPU busy', 'db1', { team: 'a' })).toBe(false)
  expect(about('Memory', 'web1', { team: 'a' })).toBe(false)
  expect(about('CPU busy', 'web1', {})).toBe(false)
  // What is of no host is covered by a silence of all hosts.
  expect(about('CPU busy', null, { team: 'a' })).toBe(false)
  expect(silencedAt(silence({}), { rule: 'r', host: null, labels: {} }, 1)).toBe(true)
})

test('it holds from its start to before its end', () => {
  const each = silence({ starts: 10, ends: 20 })
  expect([9, 10, 19, 20].map((at) => holdsAt(each, at))).toEqual([false, true, true, false])
  const subject = { rule: 'r', host: 'h', labels: {} }
  expect(isSilenced([silence({ ends: 5 }), each], subject, 10)).toBe(true)
  expect(isSilenced([silence({ ends: 5 }), each], subject, 20)).toBe(false)
  expect(silencesAt([silence({ ends: 5 }), each], 10)(subject)).toBe(true)
})

test('a window over midnight goes on into a day that is not one of its own', () => {
  const saturday = window({ days: [6], at: '22:00', duration: '6h', zone: 'Europe/Berlin' })
  // Saturday 2026-01-10, 22:00 in Berlin is 21:00 UTC.
  expect(
    holds(
      saturday,
      '2026-01-10T20:59:59Z',
      '2026-01-10T21:00:00Z',
      '2026-01-11T02:59:59Z',
      '2026-01-11T03:00:00Z'
    )
  ).toEqual([false, true, true, false])
  expect(holds(saturday, '2026-01-09T22:00:00Z', '2026-01-12T00:00:00Z')).toEqual([false, false])
})

test('a week long: there is no moment outside it', () => {
  const always = window({ days: [1], at: '00:00', duration: '7d', zone: 'America/New_York' })
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2026, 0, 10), max: Date.UTC(2026, 1, 20) }), (at) =>
      holdsAt(always, at)
    )
  )
})

test('02:30 on the day on which clocks jump from 02:00 to 03:00 is 03:30', () => {
  const night = window({ at: '02:30', duration: '1h', zone: 'Europe/Berlin' })
  // 2026-03-29: 01:00 UTC is 03:00 there.
  expect(
    holds(
      night,
      '2026-03-29T00:59:00Z',
      '2026-03-29T01:29:59Z',
      '2026-03-29T01:30:00Z',
      '2026-03-29T02:29:59Z',
      '2026-03-29T02:30:00Z'
    )
  ).toEqual([false, false, true, true, false])
})

test('02:30 on the day on which it comes twice is the first one, and only that', () => {
  const night = window({ at: '02:30', duration: '30m', zone: 'Europe/Berlin' })
  // 2026-10-25: 02:30 is 00:30 UTC and again 01:30 UTC.
  expect(
    holds(
      night,
      '2026-10-25T00:29:00Z',
      '2026-10-25T00:30:00Z',
      '2026-10-25T00:59:00Z',
      '2026-10-25T01:30:00Z'
    )
  ).toEqual([false, true, true, false])
})

test('over a year, each window opens once on each of its days and lasts as long as it says', () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Africa/Cairo'
  ]
  const two = (n: number) => String(n).padStart(2, '0')
  const some = fc.record({
    zone: fc.constantFrom(...zones),
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.constantFrom(0, 30),
    hours: fc.integer({ min: 1, max: 22 })
  })
  const from = Date.UTC(2026, 0, 1)
  const step = HOUR / 4
  fc.assert(
    fc.property(some, ({ zone, days, hour, minute, hours }) => {
      const at = `${two(hour)}:${two(minute)}`
      const each = window({ zone, days, at, duration: `${hours}h` })
      const clock = new Intl.DateTimeFormat('en-GB', {
        ...{ timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
      })
      let openings = 0
      let open = 0
      let odd = 0
      let before = holdsAt(each, from - step)
      for (let time = from; time < from + 365 * 24 * HOUR; time += step) {
        const now = holdsAt(each, time)
        if (now && !before) {
          openings++
          if (!clock.format(time).endsWith(at)) odd++
        }
        if (now) open++
        before = now
      }
      // 52 weeks and a day: each day of the week comes 52 times or 53. Windows that touch would open once for two.
      expect(openings).toBeGreaterThanOrEqual(52 * days.length - 1)
      expect(openings).toBeLessThanOrEqual(53 * days.length)
      expect(Math.abs(open / 4 - openings * hours)).toBeLessThanOrEqual(hours) // cut off at the year's ends
      // By the clocks of the zone, always at that time but on the one day on which they jump over it.
      expect(odd).toBeLessThanOrEqual(1)
    }),
    { numRuns: 8 }
  )
}, 60_000)
