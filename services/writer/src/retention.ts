/** Drops whole partitions: what is older than it is kept, and what the disk has no room for. */
import {
  type Doomed,
  databaseSize,
  dropPartition,
  type Keep,
  listPartitions,
  type Partition,
  type Pool,
  type PoolClient,
  toDrop
} from '@miniobserv/db'

export interface Found {
  dropped: Doomed[]
  /** Somebody was reading them: they go next time. */
  held: Doomed[]
  /** What the database takes now, bytes. */
  used: number
  /** Whether that is more than it may, and nothing more can go. */
  over: boolean
}

export async function dropDoomed(db: Pool, keep: Keep, now: number): Promise<Found> {
  const used = await databaseSize(db)
  const doomed = toDrop(await listPartitions(db), keep, used, now)
  const dropped: Doomed[] = []
  const held: Doomed[] = []
  for (const partition of doomed) {
    // What is due of it has just been rolled up; a budget does not wait for what came since, an age does.
    const isDue = async (client: Pool | PoolClient) => partition.why === 'age' && hasDue(client, partition)
    if (await isDue(db)) continue
    await noteDropping(db, partition)
    // Asked again under the drop's lock: what was stored at the last moment would never be rolled up.
    if (await dropPartition(db, partition, isDue)) dropped.push(partition)
    else held.push(partition)
  }
  const left = dropped.length > 0 ? await databaseSize(db) : used
  const over = keep.maxDisk !== undefined && left > keep.maxDisk && held.length === 0
  return { dropped, held, used: left, over }
}

/** Which tier of rollups is made from which table. */
const FEEDS: Partial<Record<Partition['table'], number>> = { frames: 1, frames_1m: 2 }

async function hasDue(db: Pool | PoolClient, { table, from, to }: Partition): Promise<boolean> {
  const tier = FEEDS[table]
  if (tier === undefined) return false
  const { rows } = await db.query<{ due: boolean }>(
    'select exists (select from rollups_due where tier = $1 and time >= $2 and time < $3) as due',
    [tier, new Date(from), new Date(to)]
  )
  return rows[0]?.due === true
}

/** From now on, what comes late for that time is not rolled up in place of what was. */
async function noteDropping(db: Pool, { table, to }: Partition): Promise<void> {
  const tier = FEEDS[table]
  if (tier === undefined) return
  await db.query('update rollup_progress set dropped_until = $2 where tier = $1 and dropped_until < $2', [
    tier,
    new Date(to)
  ])
}
