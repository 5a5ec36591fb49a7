/** Who there is: hosts, when they were last heard of, and which layouts they lately sent. */
import type { Reading } from '@miniobserv/db'
import { FORGET_AFTER } from './advance.ts'

export interface KnownHost {
  id: number
  name: string
  /** Epoch ms, by the gateways' clock. */
  lastSeen: number
}

/** Those on the list, by name. */
export async function readHosts(client: Reading): Promise<KnownHost[]> {
  const { rows } = await client.query<KnownHost>(
    `select id, name, date_part('epoch', last_seen) * 1000 as "lastSeen" from hosts
     where present order by name`
  )
  return rows
}

/** What was missed because another copy looked, or a frame came late, is found after so long, ms. */
const READ_EVERY = 10 * 60_000

export interface HostLayouts {
  /** Reads who sent what in the last day; asks the database only now and then. @param now epoch ms */
  read(client: Reading, now: number): Promise<void>
  note(hostId: number, layoutId: number, time: number): void
  /** Sorted ids; the same array while nothing changes. */
  of(hostId: number): readonly number[]
  /** All that any host has. */
  all(): Iterable<number>
  /** Forgets what was not sent for a day. */
  prune(now: number): void
}

// Hours tell of the day up to some hour ago; since then, what minutes and the newest frame have.
const SENT = `
  select host_id, layout_id, date_part('epoch', max(time)) * 1000 as time
  from frames_1h where time > $1 and time <= $2 group by 1, 2
  union all
  select host_id, layout_id, date_part('epoch', max(time)) * 1000
  from frames_1m where time > greatest($1, $2 - interval '3 hours') and time <= $2 group by 1, 2
  union all
  select h.id, f.layout_id, date_part('epoch', f.time) * 1000
  from hosts h
  cross join lateral (
    select layout_id, time from frames
    where host_id = h.id and time > greatest($1, h.last_seen - interval '1 hour') and time <= $2
    order by time desc limit 1
  ) f`

export function hostLayouts(): HostLayouts {
  const lastTimes = new Map<number, Map<number, number>>()
  const sorted = new Map<number, readonly number[]>()
  const none: readonly number[] = []
  let readAt = Number.NEGATIVE_INFINITY

  function note(hostId: number, layoutId: number, time: number): void {
    let times = lastTimes.get(hostId)
    if (!times) {
      times = new Map()
      lastTimes.set(hostId, times)
    }
    const before = times.get(layoutId)
    if (before === undefined) sorted.delete(hostId)
    if (before === undefined || before < time) times.set(layoutId, time)
  }

  return {
    async read(client, now) {
      if (Math.abs(now - readAt) < READ_EVERY) return
      const { rows } = await client.query<{ host_id: number; layout_id: number; time: number }>(SENT, [
        new Date(now - FORGET_AFTER),
        new Date(now)
      ])
      for (const { host_id, layout_id, time } of rows) note(host_id, layout_id, time)
      readAt = now
    },
    note,
    of(hostId) {
      const known = sorted.get(hostId)
      if (known) return known
      const times = lastTimes.get(hostId)
      if (!times) return none
      const ids = [...times.keys()].sort((a, b) => a - b)
      sorted.set(hostId, ids)
      return ids
    },
    *all() {
      for (const times of lastTimes.values()) yield* times.keys()
    },
    prune(now) {
      for (const [hostId, times] of lastTimes) {
        for (const [layoutId, time] of times) {
          if (time >= now - FORGET_AFTER) continue
          times.delete(layoutId)
          sorted.delete(hostId)
        }
        if (times.size === 0) lastTimes.delete(hostId)
      }
    }
  }
}
