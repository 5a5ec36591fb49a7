/** What happened at one look to many hosts of one rule is one thing: a history of lines that differ in a name is not read. */
import type { AlertEvent } from '@miniobserv/protocol'

/** So many are still told one by one. */
const FEW = 3

/**
 * Neighbours of the same moment, rule and change, together where they are many; what people did stands alone.
 * @param events the newest first
 * @returns in the same order; never an empty group
 */
export function groupEvents(events: readonly AlertEvent[]): AlertEvent[][] {
  const runs: AlertEvent[][] = []
  for (const event of events) {
    const run = runs.at(-1)
    if (run && event.by === null && keyOf(event) === keyOf(run[0] as AlertEvent)) run.push(event)
    else runs.push([event])
  }
  return runs.flatMap((run) => (run.length > FEW ? [run] : run.map((event) => [event])))
}

const keyOf = ({ at, rule, from, to, by }: AlertEvent) => JSON.stringify([at, rule, from, to, by])
