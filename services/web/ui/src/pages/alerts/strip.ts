/** Firings as rows of bars over time: those that fired most often first, the rest together. */
import type { PreviewAnswer } from '@miniobserv/protocol'
import { labelWords } from '../../parts/label-words.ts'

export interface Bar {
  /** Parts of the width, 0 to 1. */
  left: number
  width: number
}

export interface StripRow {
  name: string
  bars: Bar[]
}

/** So many rows are drawn by name. */
const ROWS = 8

/** Bars that lie closer together than this part of the width are drawn as one. */
const CLOSE = 0.002

export const nameOf = ({ host, labels }: PreviewAnswer['firings'][number], none: string): string =>
  `${host ?? none} ${labelWords(labels)}`.trimEnd()

/** @param none what stands for a firing that is of no host @param others the name of the row of all that have none */
export function rowsOf(
  { firings, from, to }: PreviewAnswer,
  none: string,
  others: (count: number) => string
): { rows: StripRow[]; subjects: number } {
  const byName = Map.groupBy(firings, (firing) => nameOf(firing, none))
  const sorted = [...byName].sort(([, a], [, b]) => b.length - a.length)
  const bars = (some: PreviewAnswer['firings']) =>
    merged(
      some.map((firing) => {
        const left = (firing.from - from) / (to - from)
        return { left, width: Math.max(0, ((firing.to ?? to) - from) / (to - from) - left) }
      })
    )
  const rows = sorted.slice(0, ROWS).map(([name, some]) => ({ name, bars: bars(some) }))
  const rest = sorted.slice(ROWS)
  if (rest.length > 0) {
    rows.push({ name: others(rest.length), bars: bars(rest.flatMap(([, some]) => some)) })
  }
  return { rows, subjects: sorted.length }
}

function merged(bars: Bar[]): Bar[] {
  const joined: Bar[] = []
  for (const bar of bars.sort((a, b) => a.left - b.left)) {
    const last = joined.at(-1)
    if (last && bar.left <= last.left + last.width + CLOSE) {
      last.width = Math.max(last.width, bar.left + bar.width - last.left)
    } else joined.push({ ...bar })
  }
  return joined
}

/** Four or so times for the axis, evenly apart. */
export function ticksOf({ from, to }: { from: number; to: number }): { time: number; left: number }[] {
  return [0, 0.25, 0.5, 0.75].map((left) => ({ left, time: from + left * (to - from) }))
}
