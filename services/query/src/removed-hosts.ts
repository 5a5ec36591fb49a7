/** Takes hosts off the list, and puts them back. Their samples and lines stay; a host that sends again is back by itself. */
import type { Pool } from '@miniobserv/db'

export interface Removal {
  /** Those that are off the list now. */
  removed: string[]
  /** Those that stay, because they still send. */
  up: string[]
}

/** @param downBefore who was heard of since then is up, epoch ms; names that nobody has are left out */
export async function removeHosts(
  db: Pool,
  names: readonly string[],
  { now, downBefore }: { now: number; downBefore: number }
): Promise<Removal> {
  const { rows } = await db.query<{ name: string; present: boolean }>(
    `with meant as (select id, last_seen < $3 as down from hosts where name = any($1) order by id for no key update)
     update hosts h set removed_at = case when meant.down then $2 else h.removed_at end
     from meant where h.id = meant.id
     returning h.name, h.present`,
    [names, new Date(now), new Date(downBefore)]
  )
  const those = (there: boolean) =>
    rows.flatMap(({ name, present }) => (present === there ? [name] : [])).sort()
  return { removed: those(false), up: those(true) }
}

export async function restoreHosts(db: Pool, names: readonly string[]): Promise<void> {
  await db.query('update hosts set removed_at = null where name = any($1) and not present', [names])
}
