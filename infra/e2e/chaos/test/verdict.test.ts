/** The judge itself: each kind of fault in what is stored is seen, and counted as what it is. */
import { describe, expect, test } from 'vitest'
import type { HostLedger } from '../ledger.ts'
import { lineOf, listKey, pointOf, seriesOf } from '../values.ts'
import { emptyVerdict, judge, type StoredFrame, type StoredLine } from '../verdict.ts'

const [SEED, WIDTH, HOST, TIME] = [7, 6, 'web-01', 1_795_433_330_000]

const sentFrames = (acknowledged: boolean): HostLedger => ({
  host: HOST,
  frames: new Map([0, 1, 2].map((tick) => [TIME + tick, { variant: tick, acknowledged }])),
  lines: [{ first: 1, count: 4, time: TIME, acknowledged }]
})

function storedFrame(tick: number): StoredFrame {
  const series = seriesOf(HOST, tick, WIDTH)
  const [time, ...values] = pointOf(SEED, HOST, series.length, TIME + tick)
  return { time, list: listKey(series), values }
}

function storedLine(number: number): StoredLine {
  const { level = '', attributes = {}, ...line } = lineOf(SEED, HOST, number, TIME + number - 1)
  return { ...line, level, attributes }
}

const samplesOf = (...ticks: number[]): number =>
  ticks.flatMap((tick) => storedFrame(tick).values).filter((value) => value !== null).length

function verdictOn(sent: HostLedger, frames: StoredFrame[], lines: StoredLine[]) {
  const verdict = emptyVerdict()
  judge(verdict, { seed: SEED, width: WIDTH }, sent, frames, lines)
  const { lost, duplicated, wrong, unacknowledgedStored } = verdict
  return { lost, duplicated, wrong, unacknowledgedStored }
}

const FRAMES = [0, 1, 2].map(storedFrame)
const LINES = [1, 2, 3, 4].map(storedLine)
const CLEAN = { lost: 0, duplicated: 0, wrong: 0, unacknowledgedStored: 0 }

describe('what was acknowledged', () => {
  test('is all there', () => {
    const verdict = emptyVerdict()
    judge(verdict, { seed: SEED, width: WIDTH }, sentFrames(true), FRAMES, LINES)
    expect(verdict).toEqual({
      ...emptyVerdict(),
      acknowledgedSamples: samplesOf(0, 1, 2),
      storedSamples: samplesOf(0, 1, 2),
      acknowledgedLines: 4,
      storedLines: 4
    })
  })

  test('is lost where a frame or a line is missing', () => {
    const verdict = verdictOn(sentFrames(true), FRAMES.slice(1), LINES.slice(1))
    expect(verdict).toEqual({ ...CLEAN, lost: samplesOf(0) + 1 })
  })

  test('is duplicated where a frame or a line is there twice', () => {
    const verdict = verdictOn(sentFrames(true), [...FRAMES, storedFrame(1)], [...LINES, storedLine(4)])
    expect(verdict).toEqual({ ...CLEAN, duplicated: samplesOf(1) + 1 })
  })

  test('is wrong where one value, one layout or one word is another', () => {
    const value = FRAMES.map((frame) => ({ ...frame, values: frame.values.with(2, 0.5) })).slice(0, 1)
    expect(verdictOn(sentFrames(true), [...value, ...FRAMES.slice(1)], LINES)).toEqual({ ...CLEAN, wrong: 1 })
    const layout = FRAMES.slice(0, 1).map((frame) => ({ ...frame, list: FRAMES[1]?.list ?? '' }))
    const swapped = verdictOn(sentFrames(true), [...layout, ...FRAMES.slice(1)], LINES)
    expect(swapped).toEqual({ ...CLEAN, wrong: samplesOf(0) })
    const word = LINES.map((line, i) => (i === 0 ? { ...line, message: `${line.message}!` } : line))
    expect(verdictOn(sentFrames(true), FRAMES, word)).toEqual({ ...CLEAN, wrong: 1 })
  })
})

describe('what was never acknowledged', () => {
  test('may be missing, and may be there once', () => {
    expect(verdictOn(sentFrames(false), [], [])).toEqual(CLEAN)
    const stored = verdictOn(sentFrames(false), FRAMES.slice(0, 1), LINES.slice(0, 1))
    expect(stored).toEqual({ ...CLEAN, unacknowledgedStored: samplesOf(0) + 1 })
  })

  test('must not be there twice, nor with another value', () => {
    const twice = verdictOn(
      sentFrames(false),
      [storedFrame(0), storedFrame(0)],
      [storedLine(1), storedLine(1)]
    )
    expect(twice.duplicated).toBe(samplesOf(0) + 1)
    const never = { ...storedFrame(0), time: TIME + 99 }
    expect(verdictOn(sentFrames(false), [never], []).wrong).toBe(samplesOf(0))
  })
})
