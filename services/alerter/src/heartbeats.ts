/** Which hosts are heard of, and which have gone silent since the look before. */
import type { Pool } from '@miniobserv/db'

export type HostStatus = 'up' | 'down'
export type HostStates = ReadonlyMap<string, HostStatus>

/** @param downBefore epoch ms; a host last seen before it is down */
export async function readHostStates(db: Pool, downBefore: number): Promise<HostStates> {
  const { rows } = await db.query<{ name: string; down: boolean }>(
    'select name, last_seen < $1 as down from hosts order by name',
    [new Date(downBefore)]
  )
  return new Map(rows.map(({ name, down }) => [name, down ? 'down' : 'up']))
}

/** What is different now; on the first look, the hosts that are down. */
export function changes(
  before: HostStates | undefined,
  now: HostStates
): { host: string; status: HostStatus }[] {
  return [...now]
    .filter(([host, status]) => (before ? before.get(host) !== status : status === 'down'))
    .map(([host, status]) => ({ host, status }))
}

export function countHosts(states: HostStates): Record<HostStatus, number> {
  const count = { up: 0, down: 0 }
  for (const status of states.values()) count[status]++
  return count
}
