/** Arrays of numbers as PostgreSQL sends them in one piece: parsing them as text would cost ten times as much. */

// src/backend/utils/adt/arrayfuncs.c, array_send: dimensions, flag for nulls, type, then length and lower bound of the one
// dimension; then of each element its length, -1 for null, and its eight bytes.
const LENGTH = 12
const HEADER = 20

/** @param array what array_send made of a float8[] @returns NaN for null */
export function numbersIn(array: Buffer): Float64Array {
  const count = array.length < HEADER ? 0 : array.readInt32BE(LENGTH)
  const numbers = new Float64Array(count)
  for (let i = 0, at = HEADER; i < count; i++) {
    const isNull = array.readInt32BE(at) < 0
    numbers[i] = isNull ? Number.NaN : array.readDoubleBE(at + 4)
    at += isNull ? 4 : 12
  }
  return numbers
}
