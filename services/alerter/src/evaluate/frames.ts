/** Frames as they lie in the database, in the bytes that it sends them in: for looks at many, of which few values count. */
import type { PoolClient } from '@miniobserv/db'
import { to as copyTo } from 'pg-copy-streams'

export interface Frame {
  hostId: number
  layoutId: number
  /** Before now, ms. */
  age: number
  /** Where its array begins and ends in the bytes, to be read by `placesOf` and `valueAt`. */
  at: number
  end: number
}

export interface Frames {
  bytes: Buffer
  frames: Frame[]
}

// pg reads every value as text, and of sixty numbers as text a look wants one or two: COPY leaves them as they are.
const framesOf = (hostIds: readonly number[], from: number, to: number): string => `
  copy (
    select host_id, layout_id, round(${to}::float8 - date_part('epoch', time) * 1000)::int, values
    from frames
    where host_id in (${hostIds.map(Number).join()})
      and time > timestamptz 'epoch' + ${from}::bigint * interval '1 millisecond'
      and time <= timestamptz 'epoch' + ${to}::bigint * interval '1 millisecond'
  ) to stdout (format binary)`

/** @param from epoch ms; what is newer @param to up to then, this included */
export async function readFrames(
  client: PoolClient,
  hostIds: readonly number[],
  from: number,
  to: number
): Promise<Frames> {
  if (hostIds.length === 0) return { bytes: Buffer.alloc(0), frames: [] }
  const pieces: Buffer[] = []
  const stream = client.query(copyTo(framesOf(hostIds, Math.floor(from), Math.floor(to))))
  for await (const piece of stream) pieces.push(piece)
  const bytes = Buffer.concat(pieces)
  return { bytes, frames: rowsOf(bytes) }
}

// https://www.postgresql.org/docs/current/sql-copy.html: a signature, flags and the length of an extension; then of each
// row the number of its fields and of each field its length and bytes; -1 fields are the end.
const SIGNATURE = 11 + 4
const INT = 4 + 4

function rowsOf(bytes: Buffer): Frame[] {
  const frames: Frame[] = []
  let at = SIGNATURE + 4 + bytes.readInt32BE(SIGNATURE)
  while (bytes.readInt16BE(at) >= 0) {
    const ints = at + 2
    const start = ints + 3 * INT + 4
    at = start + bytes.readInt32BE(start - 4)
    frames.push({
      hostId: bytes.readInt32BE(ints + 4),
      layoutId: bytes.readInt32BE(ints + INT + 4),
      age: bytes.readInt32BE(ints + 2 * INT + 4),
      ...{ at: start, end: at }
    })
  }
  return frames
}

// array_send in src/backend/utils/adt/arrayfuncs.c: dimensions, flag for nulls, type, then length and lower bound of
// each dimension; then of each element its length, -1 for null, and its bytes.
const HEADER = 20
const NULLS_FLAG = 4
const ELEMENT = 4 + 8

/** Where each element begins, -1 for null; undefined where none is null. */
export function placesOf(bytes: Buffer, { at, end }: Frame): number[] | undefined {
  if (bytes.readInt32BE(at + NULLS_FLAG) === 0) return undefined
  const places: number[] = []
  for (let place = at + HEADER; place < end; ) {
    const isNull = bytes.readInt32BE(place) < 0
    places.push(isNull ? -1 : place)
    place += isNull ? 4 : ELEMENT
  }
  return places
}

/** @param i from 0 @param places of the same array @returns undefined where it is null or not there */
export function valueAt(
  bytes: Buffer,
  { at, end }: Frame,
  i: number,
  places: readonly number[] | undefined
): number | undefined {
  const place = places ? (places[i] ?? -1) : at + HEADER + i * ELEMENT
  return place < 0 || place + ELEMENT > end ? undefined : bytes.readDoubleBE(place + 4)
}
