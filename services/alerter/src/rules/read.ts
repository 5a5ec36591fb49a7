/** Makes a rule of what a request or a file holds: with defaults filled in, and with errors that name the member. */

import { Condition, RuleText } from '@miniobserv/protocol'
import { fill, invalid, isObject } from '@miniobserv/service'
import Type, { type TObject } from 'typebox'

/** Each kind has a schema of its own: an error then speaks of the kind that was meant. */
const KINDS = new Map(
  (Condition.anyOf as unknown as TObject[]).map((schema) => [
    (schema.properties.kind as unknown as { const: string }).const,
    schema
  ])
)

const { condition: _, ...others } = RuleText.properties
const REST = Type.Object(others, { additionalProperties: false })

/**
 * @param path JSON pointer to it, for errors
 * @throws {ServiceError} 400 `invalid_request` with a path
 */
export function readRule(value: unknown, path = ''): RuleText {
  if (!isObject(value)) throw invalid(path, 'a rule is an object with a name and a condition')
  const { condition, ...rest } = value
  if (!isObject(condition)) {
    throw invalid(
      `${path}/condition`,
      `condition is missing: an object with kind: ${[...KINDS.keys()].join(', ')}`
    )
  }
  const kind = KINDS.get(String(condition.kind))
  if (!kind) {
    const detail = `kind is ${JSON.stringify(condition.kind)}; it takes ${[...KINDS.keys()].join(', ')}`
    throw invalid(`${path}/condition/kind`, detail)
  }
  const text = fill(REST, rest, path)
  return {
    ...(text as RuleText),
    condition: fill(kind, condition, `${path}/condition`) as RuleText['condition']
  }
}
