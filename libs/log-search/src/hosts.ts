/** Which hosts a search is about: those that its `host:` terms leave of the ones that it may be about at all. */
import type { Pool } from '@miniobserv/db'
import { wild } from './conditions.ts'
import type { Term } from './search.ts'

/** @param among ids, or undefined for all @returns the same */
export async function searchedHosts(
  db: Pick<Pool, 'query'>,
  among: number[] | undefined,
  terms: readonly Term[]
): Promise<number[] | undefined> {
  let ids = among
  for (const term of terms) {
    if (term.kind !== 'host') continue
    const { rows } = await db.query<{ id: number }>(
      `select id from hosts where (name ilike any($1)) <> $2 and ($3::int[] is null or id = any($3))`,
      [term.names.map(wild), term.not, ids ?? null]
    )
    ids = rows.map(({ id }) => id)
  }
  return ids
}
