/** Hosts by name, as the parameter `host` gives them. */
import type { Pool } from '@miniobserv/db'
import { isPattern, likePattern, wantedAndNot } from './patterns.ts'

/**
 * @param names exact ones and patterns; of patterns with a `!` alone, all hosts but those
 * @returns ids of the hosts that are meant; undefined for all hosts where none is named
 */
export async function hostIds(
  db: Pick<Pool, 'query'>,
  names: readonly string[] | undefined
): Promise<number[] | undefined> {
  if (!names || names.length === 0) return undefined
  const { wanted, not } = wantedAndNot(names)
  const { rows } = await db.query<{ id: number }>(
    `select id from hosts
     where ($1::text[] is null or name = any($1) or name like any($2)) and not name like any($3)`,
    [wanted.length === 0 ? null : wanted, wanted.filter(isPattern).map(likePattern), not.map(likePattern)]
  )
  return rows.map(({ id }) => id)
}
