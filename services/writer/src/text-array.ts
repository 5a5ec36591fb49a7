/** `text[]` as PostgreSQL reads it, of any texts that its text can hold; many times faster than the driver's own. */
export function textArray(texts: readonly string[]): string {
  let literal = '{'
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string
    literal += `${i === 0 ? '"' : ',"'}${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`
  }
  return `${literal}}`
}
