import type uPlot from 'uplot'
import { expect, test } from 'vitest'
import type { Limit } from '../ui/src/charts/marks.ts'
import { plotOptions } from '../ui/src/charts/plot.ts'

const colors = {
  ...{ series: [], rest: '', quiet: '', line: '' },
  ...{ info: '', warning: '', critical: '' }
}

/** Where the y axis begins and ends for values between these two. */
function range(min: number, max: number, unit: string, limits: readonly Limit[] = []): number[] {
  const options = plotOptions(
    { lines: [] },
    { kind: 'lines', unit },
    {
      ...{ ceiling: () => null, limits: () => limits, marks: () => [], width: 400, height: 150, colors },
      ...{ onCursor() {}, onZoom() {}, onBack() {}, onFocus() {} }
    }
  )
  const of = options.scales?.y?.range as uPlot.Range.Function
  return of({} as uPlot, min, max, 'y') as number[]
}

test('values below nought are on the chart, with room, and what is watched for there when it is near', () => {
  expect(range(2, 4, 'ms')).toEqual([0, 4.32])
  expect(range(-50, 100, 'ms')).toEqual([-54, 108])
  const slow: Limit = { name: 'Clock fast', severity: 'warning', value: -60_000 }
  expect(range(-50, 100, 'ms', [slow])[0]).toBe(-54)
  expect(range(-40_000, 0, 'ms', [slow])[0]).toBe(-62_400)
})
