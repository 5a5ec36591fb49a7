/** Puts newly loaded lines and those on the screen together: newest first, each once. */
import type { FoundLine } from '@miniobserv/protocol'

/** Adds lines that came live, wherever their times belong. An unchanged list stays the same object. */
export function withNew(lines: readonly FoundLine[], come: readonly FoundLine[]): readonly FoundLine[] {
  const known = new Set(lines.map((line) => line.id))
  const fresh = come.filter((line) => !known.has(line.id) && known.add(line.id))
  if (fresh.length === 0) return lines
  fresh.sort(newestFirst)
  const newest = lines[0]
  // Nearly always all of them are newer than what is there.
  if (!newest || newestFirst(fresh.at(-1) as FoundLine, newest) < 0) return [...fresh, ...lines]
  return [...fresh, ...lines].sort(newestFirst)
}

/** Adds a page of older lines; those that are there already (pages may touch) are not added again. */
export function withOlder(lines: readonly FoundLine[], page: readonly FoundLine[]): FoundLine[] {
  const known = new Set(lines.map((line) => line.id))
  return [...lines, ...page.filter((line) => !known.has(line.id))]
}

/** As the server orders lines: by time, then batch, then place in it; all three stand in the id. */
function newestFirst(a: FoundLine, b: FoundLine): number {
  if (a.time !== b.time) return b.time - a.time
  const [aBatch = '', , aPlace] = a.id.split('.')
  const [bBatch = '', , bPlace] = b.id.split('.')
  if (aBatch !== bBatch) return aBatch < bBatch ? 1 : -1
  return Number(bPlace) - Number(aPlace)
}
