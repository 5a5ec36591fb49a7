/** How long each table is kept: said by who drops partitions, read by who shows it. */
import type { Pool } from 'pg'
import type { Partitioned } from './partitions.ts'
import type { Keep } from './storage.ts'

/** Written once at a writer's start: what the writers drop by stands in one place, and no other service needs the settings. */
export async function noteStoragePolicy(db: Pool, { ages, maxDisk }: Keep, now: number): Promise<void> {
  await db.query(
    `insert into storage_policy (ages, max_disk, noted_at) values ($1, $2, $3)
     on conflict (one) do update set ages = excluded.ages, max_disk = excluded.max_disk, noted_at = excluded.noted_at`,
    [ages, maxDisk ?? null, new Date(now)]
  )
}

/** @returns undefined where no writer of this version has started yet */
export async function readStoragePolicy(db: Pick<Pool, 'query'>): Promise<Keep | undefined> {
  const { rows } = await db.query<{ ages: Record<Partitioned, number>; max_disk: string | null }>(
    'select ages, max_disk from storage_policy'
  )
  const [row] = rows
  return row && { ages: row.ages, maxDisk: row.max_disk === null ? undefined : Number(row.max_disk) }
}
