/** How a chart looks and behaves, as uPlot's options. */
import type uPlot from 'uplot'
import { lengthSteps } from '../format/lengths.ts'
import { axisLabels } from '../format/numbers.ts'
import { timeAxisLabels } from '../format/time.ts'
import { type Colors, faded } from './colors.ts'
import type { Limit, Mark } from './marks.ts'
import { drawLimits, drawMarks } from './overlay.ts'
import { type Line, lonely, type Picture, stack } from './picture.ts'
import { yRange } from './y-range.ts'

export type Kind = 'lines' | 'stack'

export interface Look {
  kind: Kind
  /** UCUM. */
  unit: string
}

interface Wiring {
  /** Where the y axis ends; null is above the highest value. Asked at each drawing. */
  ceiling(): number | null
  /** Thin lines, and marks on the time axis; asked at each drawing too. */
  limits(): readonly Limit[]
  marks(): readonly Mark[]
  width: number
  height: number
  colors: Colors
  /** The crosshair stands at this index, or nowhere; `left` in px from the plot's left edge. */
  onCursor(index: number | null, left: number): void
  /** Dragged over from there to there, epoch ms. */
  onZoom(from: number, to: number): void
  onBack(): void
  /** The pointer is nearest to this line, or near none. */
  onFocus(line: number | null): void
}

const FONT = '11px system-ui, sans-serif'
/** Wide enough for "1000 MiB/s"; the same for all charts, so that equal times stand under each other. */
const Y_AXIS = 68
/** Half of the widest label of a time: one may stand at the end of the axis. */
const RIGHT = 20
/** Powers of two, so that ticks are full KiB, MiB … */
const BINARY_STEPS = Array.from({ length: 50 }, (_, i) => 2 ** i)
/** A line is pointed at within so many px. */
const NEAR = 24
/** What uPlot draws: stacked sums where the look says so, and what was earlier. */
export function plotData(picture: Picture, kind: Kind): uPlot.AlignedData {
  const columns = picture.lines.map((line) => line.values)
  const earlier = (picture.ghosts ?? []).map((ghost) => ghost.values)
  return [picture.times, ...(kind === 'stack' ? stack(columns) : columns), ...earlier]
}

export function plotOptions(
  { lines, ghosts = [] }: Pick<Picture, 'lines' | 'ghosts'>,
  look: Look,
  wiring: Wiring
): uPlot.Options {
  const { colors, width, height } = wiring
  const incrs = look.unit === 'By' || look.unit === 'By/s' ? BINARY_STEPS : lengthSteps(look.unit)
  return {
    width,
    height,
    padding: [8, RIGHT, 0, 0],
    legend: { show: false },
    series: [
      {},
      ...lines.map((line) => lineOptions(line, look.kind, lines.length, colors)),
      ...ghosts.map(() => ghostOptions(colors))
    ],
    // A band fills from one line down to the one under it.
    bands: look.kind === 'stack' ? lines.slice(1).map((_, i) => ({ series: [i + 2, i + 1] })) : [],
    scales: {
      x: { time: true },
      y: {
        range: (_, min, max) => yRange(min, max, look.unit, wiring.ceiling(), wiring.limits())
      }
    },
    axes: [
      {
        stroke: colors.quiet,
        font: FONT,
        size: 24,
        gap: 4,
        space: 64,
        grid: { show: false },
        ticks: { stroke: colors.line, width: 1, size: 4 },
        values: (_, ticks, __, ___, step) => timeAxisLabels(ticks, step)
      },
      {
        stroke: colors.quiet,
        font: FONT,
        size: Y_AXIS,
        gap: 6,
        space: 26,
        grid: { stroke: colors.line, width: 1 },
        ticks: { show: false },
        values: (_, ticks) => axisLabels(ticks, look.unit),
        ...(incrs ? { incrs } : {})
      }
    ],
    cursor: {
      y: false,
      // Grey lines have no point of their own: a hundred of them would be a hundred elements to move.
      points: { size: 6, width: 0, show: (_, i) => dotFor(lines[i - 1], colors) as HTMLElement },
      focus: { prox: NEAR },
      drag: { x: true, y: false, setScale: false, dist: 5 },
      // The crosshair is shared; a selection is this chart's own, or each chart would zoom by itself.
      sync: {
        key: 'page',
        scales: ['x', null],
        filters: { pub: (type) => type !== 'mousedown' && type !== 'mouseup' }
      },
      bind: {
        dblclick: () => () => {
          wiring.onBack()
          return null
        }
      }
    },
    focus: { alpha: 1 },
    hooks: {
      drawClear: [(plot) => drawLimits(plot, wiring.limits(), colors)],
      draw: [(plot) => drawMarks(plot, wiring.marks(), colors)],
      setSeries: [(_, i) => wiring.onFocus(i === null || i > lines.length ? null : i - 1)],
      setCursor: [(plot) => wiring.onCursor(plot.cursor.idx ?? null, plot.cursor.left ?? 0)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select
          if (width === 0) return
          wiring.onZoom(plot.posToVal(left, 'x') * 1000, plot.posToVal(left + width, 'x') * 1000)
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        }
      ]
    }
  }
}

/** Lines alone, an area for a single one, filled areas for parts of a whole. What a whole has left stays blank. */
function lineOptions(line: Line, kind: Kind, count: number, colors: Colors): uPlot.Series {
  if (kind === 'stack' && line.color === null) return { points: { show: false } }
  const stroke = line.color === null ? colors.rest : (colors.series[line.color - 1] ?? colors.rest)
  const filled = kind === 'stack' ? 0.32 : count === 1 ? 0.12 : 0
  return {
    stroke,
    width: kind === 'stack' ? 1 : 1.5,
    ...(filled > 0 ? { fill: faded(stroke, filled) } : {}),
    points: {
      show: true,
      size: 3,
      width: 0,
      fill: stroke,
      filter: (plot, index) => lonely(plot.data[index] as (number | null)[])
    }
  }
}

function ghostOptions({ quiet }: Colors): uPlot.Series {
  return { stroke: quiet, width: 1, dash: [4, 4], points: { show: false } }
}

/** The dot on a line at the crosshair; none on a line without a colour. */
function dotFor(line: Line | undefined, colors: Colors): HTMLElement | undefined {
  if (!line || line.color === null) return undefined
  const dot = document.createElement('div')
  dot.style.cssText = 'width: 6px; height: 6px; margin: -3px 0 0 -3px'
  dot.style.background = colors.series[line.color - 1] ?? colors.rest
  return dot
}
