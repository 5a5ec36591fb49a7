/** Bodies and files as their schema wants them, with errors that name the member and say what it takes. */
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { ServiceError } from './errors.ts'

/**
 * Fills in defaults and checks. Nothing is converted, as the usual validator does: "5" is no number, and null is not 0.
 *
 * @param path JSON pointer to the value, for errors
 * @throws {ServiceError} 400 `invalid_request` with a path
 */
export function fill<S extends TSchema>(schema: S, value: unknown, path = ''): Static<S> {
  const filled = Value.Default(schema, structuredClone(value))
  const [error] = Value.Errors(schema, filled)
  if (error) throw invalid(path + placeOf(error), wordsFor(error, schema))
  return filled as Static<S>
}

type Violation = ReturnType<typeof Value.Errors>[number]

/** What is missing, or too much, is where the error is. */
function placeOf({ keyword, instancePath, params }: Violation): string {
  const { requiredProperties, additionalProperties } = params as Record<string, string[] | undefined>
  const [member] = (keyword === 'required' ? requiredProperties : additionalProperties) ?? []
  return member === undefined ? instancePath : pointer(instancePath, member)
}

interface Described {
  description?: string
  examples?: string[]
}

function wordsFor(error: Violation, schema: TSchema): string {
  const place = placeOf(error)
  const name = place.split('/').at(-1) ?? ''
  const { properties = {} } = schema as unknown as { properties?: Record<string, Described> }
  const { description: about, examples } = properties[place.split('/')[1] ?? ''] ?? {}
  const hint = about ? `: ${about}` : ''
  const { allowedValues, limit } = error.params as { allowedValues?: unknown[]; limit?: number }
  if (error.keyword === 'required') return `${name} is missing${hint}`
  // A member too many is a violation of `false`, or of the object around it.
  if (error.keyword === 'additionalProperties' || error.keyword === 'boolean') {
    return `there is no ${name} here; there is ${Object.keys(properties).join(', ')}`
  }
  if (error.keyword === 'enum') return `${name} takes ${allowedValues?.join(', ')}`
  if (error.keyword === 'pattern') {
    const like = examples ? `; it is written like ${examples.join(', ')}` : ''
    return `${name} has the wrong form${like}${hint}`
  }
  if (limit === 1 && (error.keyword === 'minLength' || error.keyword === 'minItems')) {
    return `${name} must not be empty`
  }
  return `${name} ${error.message}${hint}`
}

/** RFC 6901. */
export const pointer = (path: string, member: string): string =>
  `${path}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const invalid = (path: string, detail: string): ServiceError =>
  new ServiceError(400, 'invalid_request', detail, { path })
