import { expect, test } from 'vitest'
import { fromField, toField } from '../ui/src/format/date-field.ts'
import { filterQuery, readFilter } from '../ui/src/pages/logs/filter.ts'
import { changeQuery, hostPath, link } from '../ui/src/state/query-string.ts'
import { bounds, moved, rangeSince, readWindow, refreshEvery, windowQuery } from '../ui/src/state/range.ts'

const query = (text: string) => new URLSearchParams(text)

test('without anything the last hour is shown, live', () => {
  expect(readWindow(query(''))).toEqual({ range: '1h', fixed: null })
  expect(windowQuery({ range: '1h', fixed: null })).toEqual({ range: null, from: null, to: null })
})

test('a window survives its way through the URL', () => {
  const zoomed = { range: '6h', fixed: { from: 1000, to: 2000 } } as const
  expect(readWindow(query(changeQuery('', windowQuery(zoomed))))).toEqual(zoomed)
})

test.each(['range=2w', 'from=5', 'from=20&to=10', 'from=a&to=b', 'from=1.5&to=9'])(
  'a URL that makes no sense (%s) shows the default',
  (text) => {
    expect(readWindow(query(text))).toEqual({ range: '1h', fixed: null })
  }
)

test('a live window ends at the last full second; a fixed one stands still', () => {
  expect(bounds({ range: '5m', fixed: null }, 1_000_000_999)).toEqual({
    from: 999_700_000,
    to: 1_000_000_000
  })
  expect(bounds({ range: '5m', fixed: { from: 1, to: 2 } }, 99)).toEqual({ from: 1, to: 2 })
})

test('a live window is loaded every ten seconds, a wide one less often, a fixed one once', () => {
  expect(refreshEvery({ range: '1h', fixed: null })).toBe(10_000)
  expect(refreshEvery({ range: '24h', fixed: null })).toBe(120_000)
  expect(refreshEvery({ range: '7d', fixed: null })).toBe(300_000)
  expect(refreshEvery({ range: '7d', fixed: { from: 1, to: 2 } })).toBeNull()
})

test('what began minutes ago is shown close; what is older, over the last hour', () => {
  const minute = 60_000
  expect(rangeSince(0, 2 * minute)).toBe('5m')
  expect(rangeSince(0, 9 * minute)).toBe('15m')
  expect(rangeSince(0, 30 * minute)).toBe('1h')
  expect(rangeSince(0, 30 * 24 * 60 * minute)).toBe('1h')
})

test('changing one parameter keeps the others; empty ones go', () => {
  expect(changeQuery('a=1&b=2', { b: '3', c: ['x', 'y'] })).toBe('a=1&b=3&c=x&c=y')
  expect(changeQuery('a=1&b=2', { a: null, b: '' })).toBe('')
})

test('names of hosts may hold anything', () => {
  expect(hostPath('a/b c')).toBe('/hosts/a%2Fb%20c')
  expect(link('/logs', { host: 'a&b' })).toBe('#/logs?host=a%26b')
})

test('a log filter survives its way through the URL; unknown levels are left out', () => {
  const filter = {
    q: '"a b" c',
    host: 'web-01',
    source: '/var/log/syslog',
    levels: ['error', 'warn'] as const
  }
  expect(readFilter(query(changeQuery('', filterQuery(filter))))).toEqual(filter)
  expect(readFilter(query('level=loud&level=info')).levels).toEqual(['info'])
})

test('a window moves by its own length, and never beyond now', () => {
  const window = { range: '1h', fixed: { from: 100_000, to: 200_000 } } as const
  expect(moved(window, -1, 1_000_000).fixed).toEqual({ from: 0, to: 100_000 })
  expect(moved(window, 1, 1_000_000).fixed).toEqual({ from: 200_000, to: 300_000 })
  expect(moved(window, 1, 250_500).fixed).toEqual({ from: 150_000, to: 250_000 })
})

test('what a field for a time holds is that time again, in the zone of the viewer', () => {
  const time = Date.UTC(2026, 10, 25, 14, 3, 27)
  expect(fromField(toField(time))).toBe(time)
  expect(fromField('')).toBeUndefined()
})
