/**
 * When a file had grown to which size: lines that are read after the server was away for an hour still get the time at
 * which they were written.
 */

/** Of one file. When there are more, every second one goes, and the times become coarser: an hour's to half a minute. */
const MOST_MARKS = 256

interface Mark {
  /** Bytes. */
  size: number
  /** When it was seen, monotonic ms. */
  at: number
}

export class Growth {
  /** Oldest first. */
  #marks: Mark[] = []
  /** How far two marks are apart at least, in ms. */
  #grain = 0

  note(size: number, at: number): void {
    const marks = this.#marks
    const [before, last] = [marks.at(-2), marks.at(-1)]
    if (before && last && last.at - before.at < this.#grain) marks.pop()
    marks.push({ size, at })
    if (marks.length <= MOST_MARKS) return
    this.#grain = (2 * (at - (marks[0]?.at ?? at))) / MOST_MARKS
    this.#marks = marks.filter((_, index) => (marks.length - 1 - index) % 2 === 0)
  }

  /** The bytes from `offset` to `end` were first seen `at`; undefined: no such bytes were seen. */
  after(offset: number): { end: number; at: number } | undefined {
    while (this.#marks[0] && this.#marks[0].size <= offset) this.#marks.shift()
    const [mark] = this.#marks
    if (!mark) this.#grain = 0
    return mark && { end: mark.size, at: mark.at }
  }
}
