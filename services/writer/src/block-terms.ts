/** The terms of a block, which readers find it by: its words, and the values of its attributes. */
import { pairTerm, UNKNOWN_TERM, WORD_LETTERS, wordTerm } from '@miniobserv/protocol'

export interface BlockTerms {
  /** Distinct. */
  terms: number[]
  /** Its words, for the vocabulary. */
  words: Set<string>
}

const LETTERS = new RegExp(`[a-z]{${WORD_LETTERS.least},}`, 'g')

/**
 * A word is what stands in a row of letters, as the text index sees the block's text; a reader that looks for a part of
 * one finds the words that have it in the vocabulary.
 *
 * @param texts messages, and attributes as stored
 * @param attributes of each line
 */
export function termsOf(
  texts: readonly string[],
  attributes: Iterable<Record<string, unknown> | undefined>
): BlockTerms {
  const words = new Set<string>()
  const terms = new Set<number>()
  for (const text of texts) {
    for (const word of text.toLowerCase().match(LETTERS) ?? []) {
      if (word.length <= WORD_LETTERS.most) words.add(word)
      else terms.add(UNKNOWN_TERM)
    }
  }
  for (const word of words) terms.add(wordTerm(word))
  for (const members of attributes) if (members) addPairs(terms, '', members)
  return { terms: [...terms], words }
}

function addPairs(terms: Set<number>, path: string, members: object): void {
  for (const [name, value] of Object.entries(members)) {
    const key = `${path}${name}`
    if (value === null || value === undefined) continue
    if (typeof value === 'object' && !('rawJSON' in value)) addPairs(terms, `${key}.`, value)
    else {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      // The database may write such a number otherwise.
      const doubtful = typeof value === 'number' && text.includes('e')
      terms.add(doubtful ? UNKNOWN_TERM : pairTerm(key, text))
    }
  }
}
