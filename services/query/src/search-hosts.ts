/** Which hosts a search is about: those named by parameters, and those that its `host:` terms leave. */
import type { Pool } from '@miniobserv/db'
import { wild } from './conditions.ts'
import { hostIds } from './host-ids.ts'
import type { Term } from './search.ts'

/** @returns ids, or undefined for all */
export async function searchedHosts(
  db: Pool,
  named: readonly string[] | undefined,
  terms: readonly Term[]
): Promise<number[] | undefined> {
  let ids = await hostIds(db, named)
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
