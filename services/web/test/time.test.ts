import { expect, test } from 'vitest'
import { ago, duration, exact, span, timeAxisLabels } from '../ui/src/format/time.ts'

const BERLIN = 'Europe/Berlin'
const at = (text: string) => Date.parse(text)

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [61_000, '1 min'],
  [3 * 3_600_000, '3 h'],
  [3 * 3_600_000 + 5 * 60_000, '3 h 5 min'],
  [10 * 86_400_000 + 3_600_000, '10 d 1 h']
])('%d ms are %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

test('a time is told as its largest part, and as now while it is one beat old', () => {
  const now = at('2026-11-23T15:00:00Z')
  expect(ago(now - 9_000, now)).toBe('now')
  expect(ago(now + 3_000, now)).toBe('now')
  expect(ago(now - 25_000, now)).toBe('25 s ago')
  expect(ago(now - 26 * 3_600_000, now)).toBe('1 d ago')
})

test('times are in the given zone and to the millisecond where asked for', () => {
  expect(exact(at('2026-11-23T14:03:27.123Z'), BERLIN)).toBe('23 Nov 2026, 15:03:27.123')
})

test('a stretch of time names its day only where it must', () => {
  const now = at('2026-11-23T20:00:00Z')
  expect(span(at('2026-11-23T14:00:00Z'), at('2026-11-23T15:10:00Z'), now, BERLIN)).toBe('15:00 – 16:10')
  expect(span(at('2026-11-23T14:00:00Z'), at('2026-11-23T14:00:30Z'), now, BERLIN)).toBe(
    '15:00:00 – 15:00:30'
  )
  expect(span(at('2026-11-20T14:00:00Z'), at('2026-11-20T15:00:00Z'), now, BERLIN)).toBe(
    '20 Nov, 15:00 – 16:00'
  )
  expect(span(at('2026-11-22T22:30:00Z'), at('2026-11-22T23:30:00Z'), now, BERLIN)).toBe(
    '22 Nov, 23:30 – 23 Nov, 00:30'
  )
})

test('a time axis names the day where it begins in the zone of the viewer', () => {
  const ticks = ['2026-11-22T22:00:00Z', '2026-11-22T23:00:00Z', '2026-11-23T00:00:00Z'].map(
    (text) => at(text) / 1000
  )
  expect(timeAxisLabels(ticks, 3600, BERLIN)).toEqual(['23:00', '23 Nov', '01:00'])
  expect(timeAxisLabels(ticks.slice(0, 1), 10, BERLIN)).toEqual(['23:00:00'])
})
