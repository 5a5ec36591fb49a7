/** Templates of messages: Mustache, with what a message holds; checked so that none can hang or fill the memory. */
import Mustache from 'mustache'
import { refused } from '../rules/refused.ts'

/** Parsed templates: kind, name, and for a section what is inside. */
type Token = [kind: string, name: string, start: number, end: number, inside?: Token[]]

/** Sections within each other at most. */
const DEEPEST = 5

/** What stands for itself between braces: `rule.name`, `#alerts`. */
const parse = (template: string): Token[] => Mustache.parse(template) as unknown as Token[]

/**
 * Lists within themselves would multiply: fifty alerts, fifty times each, and so on. There is one list, `alerts`.
 *
 * @throws {ServiceError} 422 `template_invalid`
 */
export function checkTemplate(template: string, path: string): void {
  const wrong = (detail: string) => refused('template_invalid', path, detail)
  const walk = (tokens: readonly Token[], within: readonly string[]) => {
    for (const [kind, name, , , inside] of tokens) {
      if (kind === '>') throw wrong(`there are no partials: {{> ${name}}}`)
      if (kind !== '#' && kind !== '^') continue
      if (within.includes(name)) throw wrong(`${name} stands within ${name}`)
      if (within.length === DEEPEST) throw wrong(`sections stand within each other ${DEEPEST} deep at most`)
      walk(inside ?? [], [...within, name])
    }
  }
  let tokens: Token[]
  try {
    tokens = parse(template)
  } catch (error) {
    throw wrong(`it cannot be read: ${(error as Error).message}`)
  } finally {
    // It remembers every template for ever, and people try many.
    Mustache.clearCache()
  }
  walk(tokens, [])
}

/** @param encode for what stands between two braces; three braces leave it as it is */
export const renderTemplate = (template: string, view: object, encode: (text: string) => string): string =>
  Mustache.render(template, view, {}, { escape: (value: unknown) => encode(String(value)) }).trim()
