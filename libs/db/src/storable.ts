/** Values as PostgreSQL reads them. */

/** Text without the two things that PostgreSQL's text cannot hold: U+0000 and halves of characters. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd')

/**
 * JSON without the two things that jsonb cannot hold. JSON.stringify writes both as escapes; every escape is looked
 * at from its backslash on, so that an escaped backslash before "u0000" stays what it is.
 */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value)
  if (!text.includes('\\u')) return text
  return text.replace(/\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|.)/g, (found) =>
    found.length > 2 ? '\\ufffd' : found
  )
}
