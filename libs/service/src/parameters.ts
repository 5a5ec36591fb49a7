/** Parameters that several routes take. */
import Type, { type TSchema } from 'typebox'

/** A parameter that may stand there several times; always read as an array. */
export const Many = <T extends TSchema>(member: T, description: string) =>
  Type.Optional(Type.Array(member, { maxItems: 1000, description }))

export const Limit = (byDefault: number, most: number) =>
  Type.Integer({ default: byDefault, minimum: 1, maximum: most, description: 'Entries of a page' })

export const Cursor = Type.Optional(Type.String({ description: 'What the page before gave as next' }))

export const TimeText = (description: string) =>
  Type.Optional(Type.String({ description: `${description}: epoch ms, RFC 3339 or -1h` }))
