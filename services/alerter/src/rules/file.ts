/** Reads `RULES_FILE`: rules as YAML, with the line and the column of what is wrong. */
import type { RuleText } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'
import { type Document, isMap, isNode, isSeq, LineCounter, parseDocument, stringify } from 'yaml'
import { checkText } from './check.ts'
import { readRule } from './read.ts'

export interface FileProblem {
  /** From 1. */
  line: number
  column: number
  message: string
}

/** Holds all that is wrong; `message` has a line each: line, column, what. */
export class RulesFileError extends Error {
  override name = 'RulesFileError'
  readonly code = 'rules_file_invalid'
  readonly problems: readonly FileProblem[]

  constructor(problems: readonly FileProblem[]) {
    super(
      problems.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`).join('\n')
    )
    this.problems = problems
  }
}

/**
 * @param text `rules: [RuleText, …]`, members with a default left out
 * @throws {RulesFileError} for what is wrong without asking the database
 */
export function parseRules(text: string): RuleText[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number, message: string): FileProblem => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1), message }
  }
  const { errors } = document
  if (errors.length > 0) throw new RulesFileError(errors.map(({ pos, message }) => at(pos[0], message)))
  const top = document.contents
  const list = isMap(top) ? document.get('rules') : undefined
  if (!isMap(top) || !isSeq(list) || top.items.length > 1) {
    throw new RulesFileError([at(0, 'the file holds one member, rules: a list of rules')])
  }
  const problems: FileProblem[] = []
  const seen = new Set<string>()
  const rules: RuleText[] = []
  for (const [i, value] of (document.toJS() as { rules: unknown[] }).rules.entries()) {
    try {
      const rule = readRule(value)
      checkText(rule)
      if (seen.has(rule.name)) {
        throw new ServiceError(409, 'rule_exists', `there are two rules named ${rule.name}`, {
          path: '/name'
        })
      }
      seen.add(rule.name)
      rules.push(rule)
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      problems.push(at(offsetOf(document, i, error.extra.path ?? ''), error.message))
    }
  }
  if (problems.length > 0) throw new RulesFileError(problems)
  return rules
}

/** Where the member stands, or else the nearest one around it that is there. */
function offsetOf(document: Document, rule: number, path: string): number {
  const members = path.split('/').slice(1)
  const names = members.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  for (let length = names.length; length >= 0; length--) {
    const keys = names.slice(0, length).map((name) => (/^\d+$/.test(name) ? Number(name) : name))
    const node = document.getIn(['rules', rule, ...keys], true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

/** As `parseRules` reads it; members that have their default are left out. */
export function writeRules(rules: readonly RuleText[]): string {
  return stringify({ rules: rules.map(withoutDefaults) }, { lineWidth: 110 })
}

function withoutDefaults(rule: RuleText): Record<string, unknown> {
  const { name, condition, ...rest } = rule
  const bare = readRule({ name, condition }) as unknown as Record<string, unknown>
  const differs = ([member, value]: [string, unknown]) =>
    JSON.stringify(bare[member]) !== JSON.stringify(value)
  return { name, condition, ...Object.fromEntries(Object.entries(rest).filter(differs)) }
}
