/** Finds the searched text in a line, to mark it. */

export interface Piece {
  text: string
  marked: boolean
}

/**
 * Cuts a message into pieces, marked and not; together they are the message.
 * @param words as `searchedWords` gives them
 */
export function markWords(message: string, words: readonly string[]): Piece[] {
  if (words.length === 0) return [{ text: message, marked: false }]
  const pattern = new RegExp(`(${words.map(literal).join('|')})`, 'gi')
  // Splitting by a group gives what is between, and what was found, by turns.
  return message
    .split(pattern)
    .map((text, i) => ({ text, marked: i % 2 === 1 }))
    .filter(({ text }) => text !== '')
}

/** What a line must hold, as the server reads a search: words, and phrases in double quotes. The longest first. */
export function searchedWords(q: string): string[] {
  const terms = [...q.matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? '')
  return [...new Set(terms)].filter((term) => term !== '').sort((a, b) => b.length - a.length)
}

function literal(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
