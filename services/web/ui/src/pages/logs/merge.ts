/** Puts newly loaded lines and those on the screen together: newest first, each once. */
import type { FoundLine } from '@miniobserv/protocol'

/** Adds lines that came live, wherever their times belong. An unchanged list stays the same object. */
export function withNew(lines: readonly FoundLine[], come: readonly FoundLine[]): readonly FoundLine[] {
  const known = new Set(lines.map((line) => line.id))
  const fresh = come.filter((line) => !known.has(line.id) && known.add(line.id)).sort(newestFirst)
  if (fresh.length === 0) return lines
  const merged: FoundLine[] = []
  let at = 0
  for (const line of fresh) {
    for (let next = lines[at]; next && newestFirst(next, line) < 0; next = lines[++at]) merged.push(next)
    merged.push(line)
  }
  return merged.concat(lines.slice(at))
}

/** Adds a page of older lines; those that are there already (pages may touch) are not added again. */
export function withOlder(lines: readonly FoundLine[], page: readonly FoundLine[]): FoundLine[] {
  const known = new Set(lines.map((line) => line.id))
  return [...lines, ...page.filter((line) => !known.has(line.id))]
}

/** A UUID's letters. */
const BATCH = 36

/** As the server orders lines: by time, then batch, then place in it; all three stand in the id. */
function newestFirst(a: FoundLine, b: FoundLine): number {
  if (a.time !== b.time) return b.time - a.time
  const [aBatch, bBatch] = [a.id.slice(0, BATCH), b.id.slice(0, BATCH)]
  if (aBatch !== bBatch) return aBatch < bBatch ? 1 : -1
  return Number(b.id.slice(b.id.lastIndexOf('.') + 1)) - Number(a.id.slice(a.id.lastIndexOf('.') + 1))
}
