/** Draws over a chart what is no data: the thresholds of rules as thin lines, and alerts as marks on the time axis. */
import type { Severity } from '@miniobserv/protocol'
import type uPlot from 'uplot'
import type { Colors } from './colors.ts'
import type { Limit, Mark } from './marks.ts'

const BAND = 3
/** The worst is drawn last. */
const WEIGHT: Record<Severity, number> = { info: 0, warning: 1, critical: 2 }

export function drawLimits(plot: uPlot, limits: readonly Limit[], colors: Colors): void {
  const { ctx, bbox } = plot
  ctx.save()
  for (const { value, severity } of limits) {
    const y = Math.round(plot.valToPos(value, 'y', true)) + 0.5
    if (y < bbox.top || y > bbox.top + bbox.height) continue
    ctx.strokeStyle = colors[severity]
    ctx.lineWidth = devicePixelRatio
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio])
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
  }
  ctx.restore()
}

/** A band along the axis for as long as it lasted, and a triangle where it began. */
export function drawMarks(plot: uPlot, marks: readonly Mark[], colors: Colors): void {
  const { ctx, bbox } = plot
  const bottom = bbox.top + bbox.height
  const right = bbox.left + bbox.width
  const px = devicePixelRatio
  ctx.save()
  for (const { from, to, severity } of marks.toSorted((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity])) {
    const begins = plot.valToPos(from / 1000, 'x', true)
    const ends = to === null ? right : plot.valToPos(to / 1000, 'x', true)
    if (ends < bbox.left || begins > right) continue
    ctx.fillStyle = colors[severity]
    const left = Math.max(begins, bbox.left)
    ctx.fillRect(left, bottom - BAND * px, Math.max(Math.min(ends, right) - left, px), BAND * px)
    if (begins < bbox.left) continue
    ctx.beginPath()
    ctx.moveTo(begins, bottom - 9 * px)
    ctx.lineTo(begins + 5 * px, bottom)
    ctx.lineTo(begins - 5 * px, bottom)
    ctx.fill()
  }
  ctx.restore()
}
