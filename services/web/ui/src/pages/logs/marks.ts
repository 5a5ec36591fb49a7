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

/** A quoted value may hold blanks; `-` excludes; a field before `:` is about the line and not in its text. */
const TERM = /(-?)(?:(level|host|source):)?((?:[\w@$][\w.@$/-]*!?=)?)("(?:\\.|[^"\\])*"?|\S+)/gi

/** What a line must hold in its text, as the server reads a search: words, phrases, values of attributes. The longest first. */
export function searchedWords(q: string): string[] {
  const words = [...q.matchAll(TERM)].flatMap(([, not, field, key = '', text = '']) => {
    if (not || field || key.endsWith('!=')) return []
    const plain = text.startsWith('"')
      ? text
          .slice(1)
          .replace(/(?<!\\)"$/, '')
          .replace(/\\(["\\])/g, '$1')
      : text
    return key === '' ? [plain] : plain.split('*')
  })
  return [...new Set(words)].filter((word) => word !== '').sort((a, b) => b.length - a.length)
}

function literal(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
