/** PostgreSQL's ILIKE, for lines that are not in the database yet. */

/** In lower case, letter by letter as C.UTF-8 has it: JavaScript alone would look at what stands around a sigma. */
export const folded = (text: string): string => text.replaceAll('İ', 'i').replaceAll('Σ', 'σ').toLowerCase()

/**
 * @param pattern `*` stands for anything
 * @returns whether a text, folded, is like it as a whole; takes as long as the text is, whatever the pattern
 */
export function like(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = folded(pattern).split('*')
  const last = rest.pop()
  if (last === undefined) return (text) => text === first
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
      return false
    let at = first.length
    for (const part of rest) {
      const found = text.indexOf(part, at)
      if (found === -1) return false
      at = found + part.length
    }
    return at <= text.length - last.length
  }
}
