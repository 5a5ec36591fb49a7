/** Whether a name or a set of labels is meant by a rule, a silence or a route: patterns as in file names, never regular expressions. */

/**
 * `*` stands for any text, `?` for one character. Takes at most as many steps as the pattern and the text have
 * characters, multiplied: no pattern can make it hang.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      resume = t
    } else if (pattern[p] === '?' || pattern[p] === text[t]) {
      p++
      t++
    } else if (star >= 0) {
      // The last star takes one character more.
      p = star + 1
      t = ++resume
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** @param patterns names with * and ?; those with a leading ! leave names out again. Only such ones: all but those. */
export function matchesName(patterns: readonly string[], name: string): boolean {
  let meant = patterns.every((pattern) => pattern.startsWith('!'))
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) {
      if (matchesPattern(pattern.slice(1), name)) return false
    } else meant ||= matchesPattern(pattern, name)
  }
  return meant
}

/** A label that is missing counts as the empty text. */
export function matchesLabels(
  where: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>>
): boolean {
  for (const [name, pattern] of Object.entries(where ?? {})) {
    const value = labels[name] ?? ''
    const meant = pattern.startsWith('!')
      ? !matchesPattern(pattern.slice(1), value)
      : matchesPattern(pattern, value)
    if (!meant) return false
  }
  return true
}
