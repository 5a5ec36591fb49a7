/** Moves a chart's crosshair, and with it that of all charts of the page, by the arrow keys. */
import type uPlot from 'uplot'

/** A page of a chart. */
const LEAP = 10

/**
 * @param index where the crosshair stands
 * @returns whether the key meant the chart
 */
export function moveByKeys(
  { key, ctrlKey, metaKey, altKey }: KeyboardEvent,
  plot: uPlot,
  index: number | null,
  pick: () => void
): boolean {
  const last = plot.data[0].length - 1
  if (ctrlKey || metaKey || altKey || last < 0) return false
  const at = index ?? last
  const targets: Record<string, number> = {
    ...{ ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1 },
    ...{ PageDown: at - LEAP, PageUp: at + LEAP, Home: 0, End: last }
  }
  const target = targets[key]
  if (target !== undefined) {
    const time = plot.data[0][Math.min(last, Math.max(0, target))] as number
    plot.setCursor({ left: plot.valToPos(time, 'x'), top: 1 })
  } else if (key === 'Escape') plot.setCursor({ left: -10, top: -10 })
  else if (key === 'Enter') pick()
  else return false
  return true
}
