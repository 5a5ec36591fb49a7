/** What every replay is given: who there was, how far the data reaches, and how long it may take. */
import type { Reach, Reading } from '@miniobserv/db'
import type { KnownHost } from '../evaluate/hosts.ts'

export interface PastHost extends KnownHost {
  /** Epoch ms. */
  firstSeen: number
}

export interface Past {
  db: Reading
  /** By name. */
  hosts: readonly PastHost[]
  /** Ids of those that the rule means. */
  meant: ReadonlySet<number>
  reach: Reach
  /** Epoch ms; looks are from `from` to `to`. */
  from: number
  to: number
  /** How often evaluations look at all rules, ms. */
  interval: number
  /** Lets others have their turn, now and then. @throws when the time is up, or nobody waits any more */
  pause(): Promise<void> | undefined
}

/** By name. */
export async function readPastHosts(db: Reading): Promise<PastHost[]> {
  const { rows } = await db.query<PastHost>(
    `select id, name, date_part('epoch', first_seen) * 1000 as "firstSeen",
            date_part('epoch', last_seen) * 1000 as "lastSeen"
     from hosts order by name`
  )
  return rows
}

/** When the oldest that is kept was measured, epoch ms; undefined where nothing is. */
export async function readBeginning(db: Reading, from: number): Promise<number | undefined> {
  const oldest = ['frames_1h', 'frames_1m', 'frames'].map(
    (table) => `
      select min(first.time) as time from hosts h
      cross join lateral (
        select time from ${table} where host_id = h.id and time >= $1 order by time limit 1
      ) first`
  )
  const { rows } = await db.query<{ time: number | null }>(
    `select date_part('epoch', min(time)) * 1000 as time from (${oldest.join(' union all ')}) o`,
    [new Date(from)]
  )
  return rows[0]?.time ?? undefined
}
