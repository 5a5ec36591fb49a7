import { expect, test } from 'vitest'
import { withEarlier } from '../ui/src/charts/compare.ts'
import { align, latestIndex, lonely, paint, readings, stack } from '../ui/src/charts/picture.ts'
import { sparkPaths } from '../ui/src/charts/spark.ts'

const window = { from: 0, to: 60_000, step: 10_000 }

test('series are joined on their times; what one of them lacks is a gap', () => {
  const joined = align([
    { name: 'a', points: [[0, 1], [10_000, null], [20_000, 3]] }, // biome-ignore format: one series a line
    { name: 'b', points: [[10_000, 5], [20_000, 6], [30_000, 7]] } // biome-ignore format: the same
  ])
  expect(joined.times).toEqual([0, 10, 20, 30])
  expect(joined.values).toEqual([
    [1, null, 3, null],
    [null, 5, 6, 7]
  ])
})

test('parts are put on top of each other; where all are missing there is a gap', () => {
  const parts = [
    [1, 2, null, 4],
    [10, null, null, 40]
  ]
  expect(stack(parts)).toEqual([
    [1, 2, null, 4],
    [11, 2, null, 44]
  ])
})

test('of more lines than colours the ten largest are coloured and drawn last, in their own order', () => {
  const series = Array.from({ length: 12 }, (_, i) => ({
    name: `${i}`,
    points: [[0, i] as [number, number]]
  }))
  const { lines } = paint(series, window)
  expect(lines.map((line) => line.color)).toEqual([null, null, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

test('a line keeps its fixed colour whichever others are there', () => {
  const { lines } = paint([{ name: 'system', points: [[0, 1]] }], window, { user: 1, system: 2 })
  expect(lines[0]?.color).toBe(2)
})

test('data that ends long before the picture has no value of now', () => {
  const newest = (times: number[], values: (number | null)[], to: number, step: number) =>
    latestIndex({ times, lines: [{ name: 'a', values, color: 1 }], to, step })
  expect(newest([0, 10, 20], [1, 2, 3], 40_000, 10_000)).toBe(2)
  expect(newest([0, 10, 20], [1, 2, 3], 200_000, 10_000)).toBeNull()
  expect(newest([0, 300, 600], [1, 2, 3], 1_200_000, 300_000)).toBe(2)
  expect(newest([], [], 1000, 10_000)).toBeNull()
  expect(newest([0, 10, 20, 30], [1, 2, null, null], 40_000, 10_000)).toBe(1)
})

test('while samples of some hosts are still to come, now is when most have sent', () => {
  const line = (name: string, values: (number | null)[]) => ({ name, values, color: 1 })
  const some = [line('a', [1, 1, 1]), line('b', [2, 2, null]), line('c', [3, 3, null])]
  const window = { times: [0, 10, 20], to: 30_000, step: 10_000 }
  expect(latestIndex({ ...window, lines: some })).toBe(1)
  expect(latestIndex({ ...window, lines: [line('a', [1, null, null]), line('b', [2, 2, 2])] })).toBe(0)
})

test('the readout is sorted by value and leaves out what is missing', () => {
  const line = (name: string, value: number | null) => ({ name, values: [value], color: 1 })
  const found = readings({ lines: [line('a', 1), line('b', null), line('c', 7)] }, 0)
  expect(found.map(({ name }) => name)).toEqual(['c', 'a'])
})

test('a point between two gaps is found, to be drawn as a dot', () => {
  expect(lonely([1, null, 2, null, 3, 4, null, 5])).toEqual([0, 2, 7])
})

test('a sparkline is broken where there is a gap, and its newest point keeps its place in time', () => {
  const box = { from: 0, to: 100, top: 1, width: 100, height: 11 }
  const { line, area } = sparkPaths([[0, 0], [10, 1], [20, null], [40, 0.5]], box) // biome-ignore format: one line
  expect(line).toBe('M0 11L10 1M40 6h1')
  expect(area).toBe('M0 11L0 11L10 1L10 11ZM40 11L40 6L40 11Z')
})

test('an earlier time lies on the present times, goes on where they end, and stays a gap where it was one', () => {
  const now = paint([{ name: 'a', points: [[100_000, 1], [110_000, 2]] }], { from: 100_000, to: 140_000, step: 10_000 }) // biome-ignore format: one line
  const before = paint([{ name: 'a', points: [[0, 5], [10_000, null], [20_000, 7]] }], window) // biome-ignore format: one line
  const { times, lines, ghosts } = withEarlier(
    now,
    { name: 'earlier', by: 100_000, picture: before },
    undefined
  )
  expect(times).toEqual([100, 110, 120, 130])
  expect(lines[0]?.values).toEqual([1, 2, null, null])
  expect(ghosts).toEqual([{ name: 'earlier', values: [5, null, 7, null] }])
})

test('a past that is kept by wider buckets is drawn on the finer present; many lines become one', () => {
  const frame = { from: 100_000, to: 140_000, step: 10_000 }
  const now = paint([{ name: 'a', points: [[100_000, 1]] }], frame)
  const lines = ['a', 'b', 'c', 'd'].map((name, i) => ({ name, points: [[0, i]] as [number, number][] }))
  const before = paint(lines, { ...frame, step: 40_000 })
  const { ghosts } = withEarlier(now, { name: 'earlier', by: 100_000, picture: before }, undefined)
  expect(ghosts).toEqual([{ name: 'earlier', values: [3, 3, 3, 3] }])
})
