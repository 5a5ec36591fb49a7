/** For routes whose body the usual validator cannot follow: defaults that depend on a kind, and null beside numbers. */
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { ServiceError } from './errors.ts'

/**
 * A route's `validatorCompiler`. The body is what `read` makes of it, or the problem that it throws; parameters are
 * converted, filled and checked as everywhere.
 */
export const readBody =
  (read: (body: unknown) => unknown): FastifySchemaCompiler<TSchema> =>
  ({ schema, httpPart }) =>
  (value: unknown) => {
    try {
      return { value: httpPart === 'body' ? read(value) : parameters(schema, value) }
    } catch (error) {
      return { error: error as Error }
    }
  }

function parameters(schema: TSchema, value: unknown): unknown {
  // Fastify's params have no prototype, which typebox does not take for an object.
  const filled = Value.Default(schema, Value.Convert(schema, { ...(value as object) }))
  const [error] = Value.Errors(schema, filled)
  if (!error) return filled
  const path = error.instancePath.slice(1)
  throw new ServiceError(400, 'invalid_request', `${path} ${error.message}`, { path })
}
