/**
 * Frames as PostgreSQL sends and receives an array of the table's rows in binary: a writer spends no time on writing
 * numbers as text, nor the database on reading them. The forms are those of `array_recv` and `record_recv` in
 * PostgreSQL's sources (src/backend/utils/adt): integers big-endian, a length of -1 for null.
 */
import type { Point } from '@miniobserv/protocol'

/** pg_type.oid of what a row of `frames` is made of, the same in every database. */
const [INT4, FLOAT8, TIMESTAMPTZ, FLOAT8_ARRAY] = [23, 701, 1184, 1022]

/** The epoch of timestamptz, 2000-01-01, in epoch ms. */
const EPOCH = 946_684_800_000

/** Bytes before the first element: dimensions, whether there are nulls, element type, length, lower bound. */
const ARRAY_HEAD = 20
/** Length and number of columns; type and length of each; time, two ids, and the head of the array of values. */
const ROW_HEAD = 4 + 4 + 4 * 8 + 8 + 4 + 4 + ARRAY_HEAD
/** Length and value. */
const ELEMENT = 4 + 8
const FIRST_BYTES = 64 * 1024

/** Rows of `frames`, in the order that they were added. */
export interface FrameRows {
  /** Bytes. */
  readonly size: number
  /** A point's time and, as float8[], its values; nulls stay nulls. */
  add(hostId: number, layoutId: number, point: Point): void
  /** For a parameter `$1::frames[]`. `rowType` is the table's own type, pg_type.oid. */
  encode(rowType: number): Buffer
}

export function frameRows(): FrameRows {
  let bytes = Buffer.allocUnsafe(FIRST_BYTES)
  let view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = ARRAY_HEAD
  let rows = 0

  function makeRoom(wanted: number): void {
    if (at + wanted <= bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, at + wanted))
    bytes.copy(larger, 0, 0, at)
    bytes = larger
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  const int = (value: number): void => {
    view.setInt32(at, value)
    at += 4
  }
  const column = (type: number, length: number): void => {
    int(type)
    int(length)
  }

  return {
    get size() {
      return at
    },
    add(hostId, layoutId, point) {
      const width = point.length - 1
      makeRoom(ROW_HEAD + width * ELEMENT)
      const start = at
      at += 4 // the row's length, known at its end
      int(4)
      column(TIMESTAMPTZ, 8)
      const microseconds = (point[0] - EPOCH) * 1000
      const high = Math.floor(microseconds / 2 ** 32)
      int(high)
      int((microseconds - high * 2 ** 32) | 0)
      column(INT4, 4)
      int(hostId)
      column(INT4, 4)
      int(layoutId)
      column(FLOAT8_ARRAY, 0)
      const array = at
      arrayHead(view, at, FLOAT8, width)
      at += width === 0 ? 12 : ARRAY_HEAD
      for (let i = 1; i <= width; i++) {
        const value = point[i] as number | null
        if (value === null) int(-1)
        else {
          view.setInt32(at, 8)
          view.setFloat64(at + 4, value)
          at += ELEMENT
        }
      }
      view.setInt32(array - 4, at - array)
      view.setInt32(start, at - start - 4)
      rows++
    },
    encode(rowType) {
      arrayHead(view, 0, rowType, rows)
      return bytes.subarray(0, at)
    }
  }
}

/** The flag for nulls is not looked at when an array is received; an empty array has no dimension. */
function arrayHead(view: DataView, at: number, type: number, length: number): void {
  view.setInt32(at, length === 0 ? 0 : 1)
  view.setInt32(at + 4, 1)
  view.setInt32(at + 8, type)
  if (length === 0) return
  view.setInt32(at + 12, length)
  view.setInt32(at + 16, 1)
}
