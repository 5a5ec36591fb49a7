/** Whether a line that just came fits a search: says what the SQL of `conditions.ts` says once it is stored. */
import { quoted } from './conditions.ts'
import { memberText } from './json-text.ts'
import { folded, like } from './like.ts'
import type { LevelOrNone, Term } from './search.ts'

/** A line that is not stored yet. */
export interface LineInHand {
  /** As it will be stored. */
  row: { host: string; source: string; level: string; attributes: string | null }
  /** The same, folded. */
  message: string
  attributes: string
  source: string
}

export interface SearchInHand {
  terms: readonly Term[]
  /** Names; each undefined for any. */
  hosts: readonly string[] | undefined
  sources: readonly string[] | undefined
  levels: readonly LevelOrNone[] | undefined
}

type Test = (line: LineInHand) => boolean

export function fits({ terms, hosts, sources, levels }: SearchInHand): Test {
  const tests: Test[] = terms.map((term) => {
    const test = testOf(term)
    return term.not ? (line) => !test(line) : test
  })
  if (levels) tests.unshift(hasLevel(levels))
  if (sources) tests.unshift(({ row }) => sources.includes(row.source))
  if (hosts) tests.unshift(({ row }) => hosts.includes(row.host))
  return (line) => tests.every((test) => test(line))
}

function hasLevel(levels: readonly LevelOrNone[]): Test {
  return ({ row }) => levels.includes((row.level || 'none') as LevelOrNone)
}

function testOf(term: Term): Test {
  switch (term.kind) {
    case 'level':
      return hasLevel(term.levels)
    case 'host':
      return anyLike(term.names, ({ row }) => folded(row.host))
    case 'source':
      return anyLike(
        term.names.flatMap((name) => [name, `*/${name}`]),
        ({ source }) => source
      )
    case 'text': {
      const [text, inJson] = [folded(term.text), folded(quoted(term.text))]
      return ({ message, attributes }) => message.includes(text) || attributes.includes(inJson)
    }
    case 'attribute': {
      const { key, value, other } = term
      const named = folded(`${quoted(key.slice(key.lastIndexOf('.') + 1))}":`)
      const same = like(value)
      return ({ row, attributes }) => {
        // What is asked for by its whole name ends with it; reading all of the JSON is for the few that have it.
        if (row.attributes === null || !attributes.includes(named)) return false
        const found = memberText(row.attributes, key)
        return found !== undefined && same(folded(found)) !== other
      }
    }
  }
}

function anyLike(patterns: readonly string[], textOf: (line: LineInHand) => string): Test {
  const tests = patterns.map(like)
  return (line) => {
    const text = textOf(line)
    return tests.some((test) => test(text))
  }
}
