/** What is odd about a host is said in words; a host that is well has nothing odd. */
import { expect, test } from 'vitest'
import { oddities } from '../ui/src/pages/host/facts.ts'

const host = { name: 'h', status: 'up' as const, firstSeen: 0, lastSeen: 0, labels: {}, info: {} }
const HOUR = 3_600_000

test('a clock that is off, either way, and two agents under one name', () => {
  const values = (clockOffset: number | null, twinsSeen: number | null) =>
    oddities({ ...host, clockOffset, twinsSeen }, HOUR).map(({ value }) => value)
  expect(values(null, null)).toEqual([])
  expect(values(0, 1)).toEqual([])
  expect(values(-2 * HOUR, null)).toEqual([expect.stringMatching(/^2 h.* ahead/)])
  expect(values(2 * HOUR, HOUR - 1000)).toEqual([
    expect.stringMatching(/^2 h.* behind/),
    expect.stringContaining('two agents')
  ])
})
