/** Puts newly loaded lines and those on the screen together: newest first, each once. */
import type { FoundLine } from '@miniobserv/protocol'

/**
 * The head of the list is loaded again from a little before its newest line, because lines of different hosts arrive
 * out of order. What was loaded replaces all lines of its time.
 * @param head complete from `since` on, newest first
 */
export function withHead(
  lines: readonly FoundLine[],
  head: readonly FoundLine[],
  since: number
): FoundLine[] {
  return [...head, ...lines.filter((line) => line.time < since)]
}

/** Adds a page of older lines; those that are there already (pages may touch) are not added again. */
export function withOlder(lines: readonly FoundLine[], page: readonly FoundLine[]): FoundLine[] {
  const known = new Set(lines.map((line) => line.id))
  return [...lines, ...page.filter((line) => !known.has(line.id))]
}

/** How many lines of `head` are not among `lines`. */
export function countNew(lines: readonly FoundLine[], head: readonly FoundLine[]): number {
  const known = new Set(lines.map((line) => line.id))
  return head.filter((line) => !known.has(line.id)).length
}
