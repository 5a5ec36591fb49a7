/** Makes bars of counts: where each level's part of a bucket stands, and which times lie under a stretch of pixels. */
import type { LevelCounts, LogHistogramAnswer } from '@miniobserv/protocol'

/** From the base up: what is severe stands where it is seen, however few there are. */
export const STACK = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'none'] as const

export interface Frame {
  /** Epoch ms. */
  from: number
  to: number
  width: number
  height: number
}

export interface Part {
  level: (typeof STACK)[number]
  y: number
  height: number
}

export interface Bar {
  time: number
  x: number
  width: number
  parts: Part[]
  counts: LevelCounts
}

export function barsOf({ buckets, step }: LogHistogramAnswer, { from, to, width, height }: Frame): Bar[] {
  const scale = width / (to - from)
  const sums = buckets.map(({ counts }) => STACK.reduce((sum, level) => sum + (counts[level] ?? 0), 0))
  const most = Math.max(1, ...sums)
  return buckets.map(({ time, counts }) => {
    let y = height
    const parts = STACK.flatMap((level) => {
      const count = counts[level] ?? 0
      if (count === 0) return []
      // One line among thousands is seen, too.
      const part = Math.max(1, (count / most) * height)
      y = Math.max(0, y - part)
      return [{ level, y, height: part }]
    })
    const x = Math.max(0, (time - from) * scale)
    const end = Math.min(width, (time + step - from) * scale)
    // A hair between bars, where there is room for one.
    const gap = end - x > 3 ? 1 : 0
    return { time, x, width: Math.max(1, end - x - gap), parts, counts }
  })
}

/** The bar at a place, as far as there is one within a few pixels. */
export function barAt(bars: readonly Bar[], x: number): Bar | undefined {
  return bars.find((bar) => x >= bar.x - 1 && x <= bar.x + bar.width + 1)
}

/** @param a, b pixels, in any order */
export function timesBetween(a: number, b: number, { from, to, width }: Frame): { from: number; to: number } {
  const time = (x: number) => Math.round(from + (Math.min(Math.max(x, 0), width) / width) * (to - from))
  return { from: time(Math.min(a, b)), to: time(Math.max(a, b)) }
}
