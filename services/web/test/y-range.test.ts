import { expect, test } from 'vitest'
import type { Limit } from '../ui/src/charts/marks.ts'
import { yRange } from '../ui/src/charts/y-range.ts'

const range = (min: number | null, max: number | null, limits: readonly Limit[] = []) =>
  yRange(min, max, 'ms', null, limits)

test('values below nought are on the chart, with room, and what is watched for there when it is near', () => {
  expect(range(null, null)).toEqual([0, 1])
  expect(range(2, 4)).toEqual([0, 4.32])
  expect(range(-50, 100)).toEqual([-54, 108])
  const fast: Limit = { name: 'Clock fast', severity: 'warning', value: -60_000 }
  expect(range(-50, 100, [fast])).toEqual([-54, 108])
  expect(range(-40_000, 0, [fast])).toEqual([-62_400, 1])
})
