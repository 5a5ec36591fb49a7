/** What the simulated agents meet on their way: counted over all of them. */

export interface Tally {
  batches: number
  /** Answers that ask for a retry, and final ones, by `status code`. */
  refusals: Record<string, number>
  /** Requests without a whole answer, by the error's code. */
  broken: Record<string, number>
  retries: number
  /** Batches that got a final refusal: none of a correct agent may. */
  refusedForGood: number
  /** Batches that were never sent again, on purpose, though their answer was missing. */
  forgotten: number
  /** A 202 has come; `sent` is when its request began, monotonic ms. */
  onAcknowledged(sent: number): void
}

export function createTally(onAcknowledged: Tally['onAcknowledged'] = () => {}): Tally {
  return { batches: 0, refusals: {}, broken: {}, retries: 0, refusedForGood: 0, forgotten: 0, onAcknowledged }
}

export function countIn(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
