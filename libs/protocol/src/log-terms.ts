/** What the writer finds a block of log lines by, and what readers look it up by: hashes of words and of `key=value`. */

/**
 * Stands for whatever these hashes cannot tell: a block that has it is always looked into. Blocks stored before there
 * were terms have it too.
 */
export const UNKNOWN_TERM = 0

/** Letters in a row; shorter ones stand everywhere, longer ones are no words. */
export const WORD_LETTERS = { least: 4, most: 32 } as const

/** FNV-1a over UTF-16 units, 32 bits. */
function hash(text: string): number {
  let state = 0x811c9dc5
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  return state ^ (state >>> 15)
}

/** The term of a word: above 0. */
export const wordTerm = (word: string): number => (hash(word) >>> 1) | 1

/**
 * Ids are as many as lines. A term for each would take more room in the index than the lines themselves; among so many,
 * one block in some hundred shares one by chance.
 */
const PAIR_TERMS = 2 ** 17

/**
 * The term of an attribute, below 0; a nested one is named with dots. Values are the same in any case, and but for
 * letters outside ASCII.
 */
export function pairTerm(key: string, value: string): number {
  const pair = `${key}=${value.replace(/[^\u0020-\u007e]+/g, '?').toLowerCase()}`
  return -1 - ((hash(pair) >>> 0) % PAIR_TERMS)
}
