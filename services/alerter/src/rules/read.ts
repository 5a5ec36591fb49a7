/** Makes a rule of what a request or a file holds: with defaults filled in, and with errors that name the member. */
import { Condition, RuleText } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'
import Type, { type TObject, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { pointer } from './patterns.ts'

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

/** Nothing is converted: "5" is no number. */
function fill(schema: TSchema, value: unknown, path: string): unknown {
  const filled = Value.Default(schema, structuredClone(value))
  const [error] = Value.Errors(schema, filled)
  if (error) throw invalid(path + placeOf(error), wordsFor(error, schema))
  return filled
}

type Violation = ReturnType<typeof Value.Errors>[number]

/** What is missing, or too much, is where the error is. */
function placeOf({ keyword, instancePath, params }: Violation): string {
  const { requiredProperties, additionalProperties } = params as Record<string, string[] | undefined>
  const [member] = (keyword === 'required' ? requiredProperties : additionalProperties) ?? []
  return member === undefined ? instancePath : pointer(instancePath, member)
}

function wordsFor(error: Violation, schema: TSchema): string {
  const place = placeOf(error)
  const name = place.split('/').at(-1) ?? ''
  const { properties = {} } = schema as unknown as { properties?: Record<string, { description?: string }> }
  const about = properties[place.split('/')[1] ?? '']?.description
  const hint = about ? `: ${about}` : ''
  const { allowedValues } = error.params as { allowedValues?: unknown[] }
  if (error.keyword === 'required') return `${name} is missing${hint}`
  // A member too many is a violation of `false`, or of the object around it.
  if (error.keyword === 'additionalProperties' || error.keyword === 'boolean') {
    return `there is no ${name} here; there is ${Object.keys(properties).join(', ')}`
  }
  if (error.keyword === 'enum') return `${name} takes ${allowedValues?.join(', ')}`
  if (error.keyword === 'pattern')
    return `${name} has the wrong form; durations are 30s, 5m, 24h or 7d${hint}`
  return `${name} ${error.message}${hint}`
}

const invalid = (path: string, detail: string): ServiceError =>
  new ServiceError(400, 'invalid_request', detail, { path })

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
