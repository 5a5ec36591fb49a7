/** Translates terms of a search into what the writer put blocks under: hashes of words and of `key=value`. */
import type { Pool } from '@miniobserv/db'
import { pairTerm, UNKNOWN_TERM, WORD_LETTERS, wordTerm } from '@miniobserv/protocol'
import type { Term } from './search.ts'

export interface Hashes {
  /** A block with a line that fits has one of each set. */
  sets: number[][]
  /** The text index could tell no more than they do. */
  enough: boolean
}

/** A part of more words than that is everywhere. */
const MOST_WORDS = 1_000

/**
 * Words are found in the vocabulary by any part of them: a row of letters in the search is a word where something else
 * stands on both sides of it, and else the end, the beginning or the middle of one.
 */
export async function blockHashes(
  db: Pick<Pool, 'query'>,
  terms: readonly Term[]
): Promise<Map<Term, Hashes>> {
  const found = new Map<Term, Hashes>()
  for (const term of terms) {
    if (term.not) continue
    if (term.kind === 'attribute' && !term.other && !term.value.includes('*')) {
      found.set(term, { sets: [[UNKNOWN_TERM, pairTerm(term.key, term.value)]], enough: true })
    }
    // As JSON quotes and backslashes look different, and other letters may have another case there.
    if (term.kind !== 'text' || !/^[ !#-[\]-~]+$/.test(term.text)) continue
    const text = term.text.toLowerCase()
    const sets: number[][] = []
    for (const { 0: letters, index } of text.matchAll(/[a-z]+/g)) {
      if (letters.length < WORD_LETTERS.least) continue
      const [begins, ends] = [index > 0, index + letters.length < text.length]
      const words = begins && ends ? [letters] : await wordsWith(db, letters, begins, ends)
      if (words) sets.push([UNKNOWN_TERM, ...words.map(wordTerm)])
    }
    if (sets.length > 0) found.set(term, { sets, enough: !/[^a-z ]|(^| )[a-z]{1,3}( |$)/.test(text) })
  }
  return found
}

/** @returns undefined where there are too many */
async function wordsWith(
  db: Pick<Pool, 'query'>,
  letters: string,
  begins: boolean,
  ends: boolean
): Promise<string[] | undefined> {
  const pattern = `${begins ? '' : '%'}${letters}${ends ? '' : '%'}`
  const { rows } = await db.query<{ word: string }>(
    'select word from log_words where word like $1 limit $2',
    [pattern, MOST_WORDS + 1]
  )
  return rows.length > MOST_WORDS ? undefined : rows.map(({ word }) => word)
}
