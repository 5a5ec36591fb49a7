import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Growth } from '../src/tail/growth.ts'

/** The times of each byte, as a reader in pieces gets them. */
function read(growth: Growth, size: number): number[] {
  const times: number[] = []
  while (times.length < size) {
    const part = growth.after(times.length)
    if (!part) break
    times.push(...Array<number>(part.end - times.length).fill(part.at))
  }
  return times
}

test('each byte has the time at which it was first seen', () => {
  const growth = new Growth()
  growth.note(3, 100)
  growth.note(4, 200)
  growth.note(6, 300)
  expect(read(growth, 6)).toEqual([100, 100, 100, 200, 300, 300])
  expect(growth.after(6)).toBeUndefined()
})

test('however often it grew: every byte has a time, never an earlier one, in order, and at most a little late', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (count) => {
      const growth = new Growth()
      for (let index = 1; index <= count; index += 1) growth.note(index, index)
      const times = read(growth, count)
      expect(times).toHaveLength(count)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      const late = times.map((at, index) => at - (index + 1))
      expect(Math.min(...late)).toBe(0)
      expect(Math.max(...late)).toBeLessThanOrEqual(count / 60)
    })
  )
})
