/** What a search text asks for. */

/**
 * Words, and phrases in double quotes; a line must hold all of them, in any order, in upper or lower case, anywhere.
 *
 * @returns patterns for ILIKE
 */
export function searchPatterns(text: string): string[] {
  const terms = [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? '')
  return terms.filter((term) => term !== '').map((term) => `%${term.replace(/[\\%_]/g, '\\$&')}%`)
}
