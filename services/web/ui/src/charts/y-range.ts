/** Where the y axis of a chart begins and ends. */
import type { Limit } from './marks.ts'

/** Where nothing happens the axis still shows a scale, not a row of zeros. */
const SMALLEST: Record<string, number> = { 'By/s': 1024, By: 1024 }

/**
 * From nought, or from below the lowest value where that is negative.
 * @param ceiling where it ends; null is above the highest value
 */
export function yRange(
  min: number | null,
  max: number | null,
  unit: string,
  ceiling: number | null,
  limits: readonly Limit[]
): [number, number] {
  const values = limits.map(({ value }) => value)
  const below =
    min === null || min >= 0
      ? 0
      : headroom(
          -min,
          unit,
          values.map((value) => -value)
        )
  return [0 - below, ceiling ?? headroom(max ?? 0, unit, values)]
}

/** Room beyond the outermost value. A threshold is shown unless it would press the data flat. */
function headroom(outermost: number, unit: string, limits: readonly number[]): number {
  const top = Math.max(outermost * 1.08, SMALLEST[unit] ?? 1)
  const near = limits.filter((value) => value <= top * 2).map((value) => value * 1.04)
  return Math.max(top, ...near)
}
