/** The points of one series that a line is fitted through, while the window glides over its minutes, or hours. */
import type { TrendPoint } from '../evaluate/forecast.ts'
import { stepOf } from '../evaluate/trends.ts'
import { inOrder, type Rows } from './track.ts'

export interface Trail {
  /** Those at marks, and the newest where it is just over; valid until the next call. `now` never goes back. */
  at(now: number): readonly TrendPoint[]
}

/** @param window ms @param width of a row, ms */
export function trailOf(pieces: readonly Rows[], window: number, width: number): Trail {
  const { times, values } = inOrder(pieces)
  const step = stepOf(window, width)
  const marks: TrendPoint[] = []
  let newest: TrendPoint | undefined
  let next = 0
  return {
    at(now) {
      for (; next < times.length && (times[next] as number) <= now; next++) {
        const point = { time: (times[next] as number) - width, value: values[next] as number }
        if (Number.isNaN(point.value)) continue
        newest = point
        if (point.time % step === 0) marks.push(point)
      }
      while (marks[0] && marks[0].time <= now - window) marks.shift()
      return newest && newest.time === now - width && newest !== marks.at(-1) ? [...marks, newest] : marks
    }
  }
}
