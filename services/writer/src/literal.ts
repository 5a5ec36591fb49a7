/** Values as PostgreSQL reads them. */

/** An array literal of texts that hold no quote and no backslash: numbers, and literals of numbers. */
export const plainArray = (texts: readonly (string | number)[]): string =>
  texts.length === 0 ? '{}' : `{"${texts.join('","')}"}`

/** `float8[]` with NULL for null; numbers as JavaScript writes them, which PostgreSQL reads back to the same bits. */
export function floatArray(values: readonly (number | null)[]): string {
  let text = '{'
  for (let i = 0; i < values.length; i++) text += (i === 0 ? '' : ',') + (values[i] ?? 'NULL')
  return `${text}}`
}

/** `text[]` of any texts that PostgreSQL's text can hold. */
export function textArray(texts: readonly string[]): string {
  let literal = '{'
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string
    literal += `${i === 0 ? '"' : ',"'}${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`
  }
  return `${literal}}`
}

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
