/** Which hosts are heard of, and which have gone silent since the look before: for the log and the metrics. */
import type { KnownHost } from './evaluate/hosts.ts'

export type HostStatus = 'up' | 'down'
export type HostStates = ReadonlyMap<string, HostStatus>

/** @param downBefore epoch ms; a host last seen before it is down */
export const hostStates = (hosts: readonly KnownHost[], downBefore: number): HostStates =>
  new Map(hosts.map(({ name, lastSeen }) => [name, lastSeen < downBefore ? 'down' : 'up']))

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
