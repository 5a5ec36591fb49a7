/** What a stream brought in the last minute: so that whoever was cut off for a moment goes on where they were. */
import type { Entry } from '@miniobserv/stream'
import { comparePositions, type Position } from './position.ts'

export interface Item {
  position: Position
  /** When it was read, epoch ms. */
  at: number
  batches: Entry[]
}

/** The stream itself gives entries up as soon as they are stored. */
const KEPT = { ms: 60_000, bytes: 8 * 1024 * 1024 }

export class Recent {
  #items: Item[] = []
  #bytes = 0
  /** Everything after this is here, up to `#newest`. */
  #floor: Position
  #newest: Position

  /** @param early what nobody had stored yet when reading began; there may have been more */
  constructor(floor: Position, early: readonly Item[]) {
    this.#floor = floor
    this.#newest = floor
    for (const item of early) this.#add(item)
  }

  /** In the order of the stream. */
  push(item: Item): void {
    this.#add(item)
    this.#newest = item.position
    let old = 0
    for (const { position, at, batches } of this.#items) {
      if (this.#bytes <= KEPT.bytes && at >= item.at - KEPT.ms) break
      this.#bytes -= sizeOf(batches)
      if (comparePositions(position, this.#floor) > 0) this.#floor = position
      old++
    }
    if (old > 0) this.#items.splice(0, old)
  }

  #add(item: Item): void {
    this.#items.push(item)
    this.#bytes += sizeOf(item.batches)
  }

  /** All that came after `position`; undefined where that is not known any more. */
  after(position: Position): Item[] | undefined {
    const [floor, newest] = [this.#floor, this.#newest]
    if (comparePositions(position, floor) < 0 || comparePositions(position, newest) > 0) return undefined
    return this.#items.filter((item) => comparePositions(item.position, position) > 0)
  }

  /** @param time epoch ms */
  since(time: number): Item[] {
    return this.#items.filter(({ at }) => at >= time)
  }

  /** Something after what is here was missed: what comes next is complete from `floor` on. */
  missed(floor: Position): void {
    this.#floor = floor
    this.#newest = floor
  }
}

export const sizeOf = (batches: readonly Entry[]): number =>
  batches.reduce((sum, { body }) => sum + body.length, 0)
