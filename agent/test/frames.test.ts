import { expect, test } from 'vitest'
import type { SeriesList } from '../src/collect/index.ts'
import { createFrames, type Frames } from '../src/frames.ts'

const list = (count: number): SeriesList => ({
  key: `${count}`,
  series: Array.from({ length: count }, (_, index) => ({ name: `m${index}` }))
})
const LIST = list(2)

const timesOf = (taken: ReturnType<Frames['takeOlder']>) => taken?.points.map(([time]) => time)

function everything(frames: Frames): (number | undefined)[][] {
  const all = [timesOf(frames.takeLive()) ?? []]
  while (frames.hasOlder) all.push(timesOf(frames.takeOlder()) ?? [])
  return all
}

test('the newest goes alone, the others sixty to a batch, newest batch first, each once', () => {
  const frames = createFrames(1_000_000)
  for (let time = 1; time <= 131; time += 1)
    frames.push({ list: LIST, values: [time / 8, null] }, time, time + 5)
  expect([frames.liveFrom, frames.last]).toEqual([136, 131])
  expect(frames.takeLive()).toEqual({ list: LIST, points: [[131, 131 / 8, null]] })
  expect([frames.liveFrom, frames.takeLive()]).toEqual([undefined, undefined])
  expect(frames.takeOlder()?.points).toEqual(
    Array.from({ length: 10 }, (_, at) => [at + 121, (at + 121) / 8, null])
  )
  const rest = everything(frames)
  expect(rest.map(({ length }) => length)).toEqual([0, 60, 60])
  expect([...(rest[2] ?? []), ...(rest[1] ?? [])]).toEqual(Array.from({ length: 120 }, (_, at) => at + 1))
  expect([frames.size, frames.dropped]).toEqual([0, 0])
})

test('a batch has one list of columns', () => {
  const frames = createFrames(1_000_000)
  const lists = [LIST, LIST, list(3), LIST, LIST, LIST]
  for (const [time, each] of lists.entries())
    frames.push({ list: each, values: each.series.map(() => 0) }, time, 0)
  expect(everything(frames)).toEqual([[5], [3, 4], [2], [0, 1]])
})

test('columns that change with every frame take no more memory than their values', () => {
  const frames = createFrames(1_000_000)
  for (let time = 0; time < 1_001; time += 1) frames.push({ list: list(2), values: [1, 2] }, time, 0)
  expect(frames.size).toBeLessThan(1_000 * 3 * 8 + 60 * 3 * 8)
})

test('a day of a host fits into twelve megabytes and into 144 batches', () => {
  const frames = createFrames(12 * 1024 * 1024)
  const wide = list(150)
  for (let time = 0; time <= 8_640; time += 1)
    frames.push({ list: wide, values: wide.series.map(() => time) }, time, 0)
  expect(frames.dropped).toBe(0)
  expect(frames.size).toBeLessThan(12 * 1024 * 1024)
  const [[live], ...older] = everything(frames) as [number[], ...number[][]]
  expect(live).toBe(8_640)
  expect(older).toHaveLength(144)
  expect(new Set(older.flat()).size).toBe(8_640)
})

test.each([2, 100, 5_000])(
  'with %i columns it stays within its limit: the oldest go first, and are counted',
  (width) => {
    const limit = 100_000
    const frames = createFrames(limit)
    const wide = list(width)
    for (let time = 0; time < 10_000; time += 1) {
      frames.push({ list: wide, values: wide.series.map(() => 1) }, time, 0)
      expect(frames.size).toBeLessThanOrEqual(limit)
    }
    const kept = everything(frames).flat()
    expect(kept.length + frames.dropped).toBe(10_000)
    expect(Math.min(...kept.map(Number))).toBe(frames.dropped)
    expect(kept.length).toBeGreaterThan((0.9 * limit) / (8 * (width + 1)))
  }
)

test('a correction of the clock moves what is kept, and what comes after it is told by the last time', () => {
  const frames = createFrames(1_000_000)
  for (const time of [10, 20, 30]) frames.push({ list: LIST, values: [time, 0] }, time, 0)
  frames.move(-7)
  expect(frames.last).toBe(23)
  expect(everything(frames)).toEqual([[23], [3, 13]])
  expect(frames.last).toBe(23)
})
