/** Hosts by name, as the parameter `host` gives them. */
import type { Pool } from '@miniobserv/db'

/** @returns ids of the hosts of these names; undefined for all hosts where none is named */
export async function hostIds(
  db: Pick<Pool, 'query'>,
  names: readonly string[] | undefined
): Promise<number[] | undefined> {
  if (!names || names.length === 0) return undefined
  const { rows } = await db.query<{ id: number }>('select id from hosts where name = any($1)', [names])
  return rows.map(({ id }) => id)
}
