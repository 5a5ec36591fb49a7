/** Chance that can be repeated: the same seed and label give the same numbers on every machine. */

export interface Random {
  /** From 0 to below 1. */
  next(): number
  /** From `from` to below `to`. */
  between(from: number, to: number): number
  /** A whole number from 0 to below `end`. */
  below(end: number): number
}

/**
 * sfc32 ("small fast counter", Chris Doty-Humphrey, PractRand): 128 bits of state, period at least 2^32. The state is
 * filled from a hash of seed and label, so that what one part draws never shifts what another part gets.
 */
export function createRandom(seed: number, label: string): Random {
  let [a, b, c, counter] = [hash(label, seed), hash(label, ~seed), seed | 0, 1]
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 12; round++) next() // until all of the seed has reached all of the state
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    below: (end) => Math.floor(next() * end)
  }
}

/** FNV-1a over UTF-16 units, then MurmurHash3's finalizer; 32 bits, signed. */
export function hash(text: string, seed = 0): number {
  let state = 0x811c9dc5 ^ seed
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  return finalize(state)
}

/** Three numbers to one, well mixed; 32 bits, signed. */
export function mix(a: number, b: number, c: number): number {
  return finalize(finalize(finalize(a) ^ b) ^ c)
}

/** MurmurHash3's fmix32. */
function finalize(state: number): number {
  let bits = state
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
