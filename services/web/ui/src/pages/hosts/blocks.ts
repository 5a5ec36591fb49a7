/** What stands under each other in the list, each with its height, so that only what is near the screen is drawn. */
import type { Group } from './groups.ts'

export type Block =
  | { kind: 'head'; group: Group }
  /** One host, or as many tiles as stand beside each other. */
  | { kind: 'hosts'; names: string[] }

export interface Heights {
  head: number
  hosts: number
}

/** @param across how many hosts stand beside each other @param headed whether groups have heads */
export function makeBlocks(groups: readonly Group[], across: number, headed: boolean): Block[] {
  return groups.flatMap((group) => {
    const blocks: Block[] = headed ? [{ kind: 'head', group }] : []
    for (let i = 0; i < group.rows.length; i += across) {
      blocks.push({ kind: 'hosts', names: group.rows.slice(i, i + across).map(({ name }) => name) })
    }
    return blocks
  })
}

/** Where each block begins, px, and at the end where the last one ends. */
export function offsetsOf(blocks: readonly Block[], heights: Heights): number[] {
  let at = 0
  const offsets = blocks.map(({ kind }) => {
    const begins = at
    at += heights[kind]
    return begins
  })
  return [...offsets, at]
}

/** The blocks between two heights: from `first` up to, and without, `end`. */
export function between(
  offsets: readonly number[],
  top: number,
  bottom: number
): { first: number; end: number } {
  const count = offsets.length - 1
  return { first: Math.max(0, place(offsets, top) - 1), end: Math.min(count, place(offsets, bottom)) }
}

/** How many begin at or above `height`. */
function place(offsets: readonly number[], height: number): number {
  let [low, high] = [0, offsets.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((offsets[middle] as number) <= height) low = middle + 1
    else high = middle
  }
  return low
}
