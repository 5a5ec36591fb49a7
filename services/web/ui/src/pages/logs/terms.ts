/** Writes terms of a search, as the server reads them, and adds them to one. */

/** What the server takes for the name of an attribute. */
const KEY = /^[\w@$][\w.@$/-]*$/

/** `user=eve`, quoted where it has to be; undefined where the search has no way to say it. */
export function attributeTerm(key: string, value: string): string | undefined {
  if (!KEY.test(key) || value === '') return undefined
  return `${key}=${/[\s"]/.test(value) || value.startsWith('=') ? quote(value) : value}`
}

const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

/** Adds a term, or takes its opposite away. */
export function withTerm(q: string, term: string): string {
  const opposite = term.startsWith('-') ? term.slice(1) : `-${term}`
  const rest = ` ${q.trim()} `.replace(` ${opposite} `, ' ').trim()
  return ` ${rest} `.includes(` ${term} `) ? rest : `${rest} ${term}`.trim()
}

/** The attributes of a line by the names that a search knows them by: nested ones with dots. */
export function flatten(attributes: Record<string, unknown>, before = ''): [name: string, value: string][] {
  return Object.entries(attributes).flatMap(([name, value]): [string, string][] => {
    const path = before + name
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return flatten(value as Record<string, unknown>, `${path}.`)
    }
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]]
  })
}

/** A few values of each attribute that these lines have, for hints. */
export function attributesOf(
  lines: readonly { attributes: Record<string, unknown> }[]
): Map<string, string[]> {
  const found = new Map<string, Set<string>>()
  for (const { attributes } of lines) {
    for (const [name, value] of flatten(attributes)) {
      const values = found.get(name) ?? new Set()
      if (values.size < MOST_VALUES) values.add(value)
      found.set(name, values)
    }
  }
  return new Map([...found].map(([name, values]) => [name, [...values]]))
}

const MOST_VALUES = 50
