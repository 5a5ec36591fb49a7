/** The outline of a sparkline as SVG path data. */
import type { Points } from './picture.ts'

export interface SparkBox {
  from: number
  to: number
  /** The value at the upper edge. */
  top: number
  width: number
  height: number
}

/** One piece for each stretch without a gap: a line, and the area under it. */
export function sparkPaths(points: Points, box: SparkBox): { line: string; area: string } {
  const x = (time: number) => round(((time - box.from) / (box.to - box.from)) * box.width)
  const y = (value: number) => {
    const part = Math.min(1, Math.max(0, value / (box.top || 1)))
    return round(box.height - part * (box.height - 1))
  }
  const pieces: string[][] = [[]]
  const ends: [number, number][] = []
  for (const [time, value] of points) {
    if (time < box.from || time > box.to) continue
    const piece = pieces[pieces.length - 1] as string[]
    if (value === null) {
      if (piece.length > 0) pieces.push([])
      continue
    }
    const left = x(time)
    if (piece.length === 0) ends.push([left, left])
    ;(ends[pieces.length - 1] as [number, number])[1] = left
    piece.push(`${left} ${y(value)}`)
  }
  const drawn = pieces.filter((piece) => piece.length > 0)
  return {
    // A lone point gets the length of one pixel, or nobody would see it.
    line: drawn.map((piece) => `M${piece.join('L')}${piece.length === 1 ? 'h1' : ''}`).join(''),
    area: drawn
      .map((piece, i) => `M${ends[i]?.[0]} ${box.height}L${piece.join('L')}L${ends[i]?.[1]} ${box.height}Z`)
      .join('')
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
