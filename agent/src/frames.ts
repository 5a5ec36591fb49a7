/** Keeps the frames that the gateway does not have yet: uncut, as bare numbers, so that a day of them is 4 MB. */
import type { Point } from '@miniobserv/protocol'
import type { Frame, SeriesList } from './collect/index.ts'

/** Of one batch, and of one piece of memory. */
const MOST_POINTS = 60

/** What one batch is cut from. */
export interface Points {
  list: SeriesList
  /** Oldest first. */
  points: Point[]
}

export interface Frames {
  /** @param notBefore monotonic ms; the frame is not to be sent earlier */
  push(frame: Frame, time: number, notBefore: number): void
  /** From when on the newest frame may be sent, monotonic ms; undefined: it has been taken. */
  readonly liveFrom: number | undefined
  /** The newest frame alone. */
  takeLive(): Points | undefined
  /** The newest of those that other frames have overtaken: up to 60 with the same columns. */
  takeOlder(): Points | undefined
  readonly hasOlder: boolean
  /** Corrects the times of all frames that are kept by `ms`. */
  move(ms: number): void
  onPush(listener: () => void): void
  /** The time of the frame that came last, taken or not. */
  readonly last: number
  /** Bytes. */
  readonly size: number
  /** Frames that had to go since the start, the oldest first. */
  readonly dropped: number
}

/** Points side by side, each its time and its values; NaN for a missing one. */
interface Block {
  list: SeriesList
  width: number
  data: Float64Array
  count: number
}

/** @param limit bytes */
export function createFrames(limit: number): Frames {
  /** Oldest first. */
  const blocks: Block[] = []
  let live: { frame: Frame; time: number; notBefore: number } | undefined
  let last = -Infinity
  let size = 0
  let dropped = 0
  let listener = () => {}

  /** A block with room for one more point of these columns. */
  function open(list: SeriesList): Block {
    const newest = blocks.at(-1)
    if (newest?.list === list && newest.count * newest.width < newest.data.length) return newest
    if (newest) resize(newest, newest.count)
    const width = 1 + list.series.length
    // With thousands of series or a small limit: what is dropped at once is a small part of what is kept.
    const points = Math.max(1, Math.min(MOST_POINTS, Math.floor(limit / 16 / (width * 8))))
    const block = { list, width, data: new Float64Array(width * points), count: 0 }
    blocks.push(block)
    size += block.data.byteLength
    return block
  }

  function resize(block: Block, points: number) {
    size -= block.data.byteLength
    if (points * block.width < block.data.length) block.data = block.data.slice(0, points * block.width)
    size += block.data.byteLength
  }

  function keep({ frame, time }: { frame: Frame; time: number }) {
    const block = open(frame.list)
    const at = block.count * block.width
    block.data[at] = time
    for (const [index, value] of frame.values.entries()) block.data[at + 1 + index] = value ?? Number.NaN
    block.count += 1
    while (size > limit && blocks.length > 1) dropped += remove(0)?.count ?? 0
  }

  function remove(at: number): Block | undefined {
    const [block] = blocks.splice(at, 1)
    size -= block?.data.byteLength ?? 0
    return block
  }

  return {
    push(frame, time, notBefore) {
      if (live) keep(live)
      live = { frame, time, notBefore }
      last = time
      listener()
    },
    get liveFrom() {
      return live?.notBefore
    },
    takeLive() {
      if (!live) return undefined
      const { frame, time } = live
      live = undefined
      return { list: frame.list, points: [[time, ...frame.values]] }
    },
    takeOlder() {
      const block = remove(blocks.length - 1)
      return block && { list: block.list, points: pointsOf(block) }
    },
    get hasOlder() {
      return blocks.length > 0
    },
    move(ms) {
      last += ms
      if (live) live.time += ms
      for (const { data, width, count } of blocks)
        for (let at = 0; at < count * width; at += width) data[at] = (data[at] ?? 0) + ms
    },
    onPush(then) {
      listener = then
    },
    get last() {
      return last
    },
    get size() {
      return size
    },
    get dropped() {
      return dropped
    }
  }
}

function pointsOf({ data, width, count }: Block): Point[] {
  return Array.from({ length: count }, (_, index) => {
    const [time = 0, ...values] = data.subarray(index * width, (index + 1) * width)
    return [time, ...values.map((value) => (Number.isNaN(value) ? null : value))]
  })
}
