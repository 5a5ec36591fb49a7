/** Parameters that several routes take. */
import type { Pool } from '@miniobserv/db'
import Type, { type TSchema } from 'typebox'

/** A parameter that may stand there several times; always read as an array. */
export const Many = <T extends TSchema>(member: T, description: string) =>
  Type.Optional(Type.Array(member, { maxItems: 1000, description }))

export const Limit = (byDefault: number, most: number) =>
  Type.Integer({ default: byDefault, minimum: 1, maximum: most, description: 'Entries of a page' })

export const Cursor = Type.Optional(Type.String({ description: 'What the page before gave as next' }))

export const TimeText = (description: string) =>
  Type.Optional(Type.String({ description: `${description}: epoch ms, RFC 3339 or -1h` }))

/** @returns ids of the hosts of these names; undefined for all hosts where none is named */
export async function hostIds(db: Pool, names: readonly string[] | undefined): Promise<number[] | undefined> {
  if (!names || names.length === 0) return undefined
  const { rows } = await db.query<{ id: number }>('select id from hosts where name = any($1)', [names])
  return rows.map(({ id }) => id)
}
