/** What a chart shows beside its data: the thresholds of rules, and what happened. */
import type { Severity } from '@miniobserv/protocol'

/** A value that a rule watches for. */
export interface Limit {
  value: number
  severity: Severity
  /** The rule's. */
  name: string
}

/** Something that happened; epoch ms, `to` is null while it goes on. */
export interface Mark {
  from: number
  to: number | null
  severity: Severity
  text: string
}

/** What was going on at a time: for the words beside the crosshair. A mark is some pixels wide, and so is a finger. */
export function marksAt(marks: readonly Mark[], time: number, reach: number): Mark[] {
  return marks.filter(
    ({ from, to }) => time >= from - reach && time <= (to ?? Number.POSITIVE_INFINITY) + reach
  )
}
