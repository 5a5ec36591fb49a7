/** When hosts, and what they send, came: as the past goes by, a look knows of no more than had come by then. */
import type { HostLayouts, KnownHost } from '../evaluate/hosts.ts'
import type { History } from './history.ts'
import { isSorted } from './track.ts'

/** Tells layouts and hosts, when the time comes, what had come by then: an evaluation knows no more. */
export function arrivalsOf(
  { arrivals }: Pick<History<unknown>, 'arrivals'>,
  layouts: HostLayouts,
  watched: readonly KnownHost[]
): (now: number) => void {
  const hosts = new Map(watched.map((host) => [host.id, host]))
  const open = arrivals.map(({ hostId, layoutId, times }) => ({
    ...{ hostId, layoutId, times: isSorted(times) ? times : times.toSorted(), next: 0 }
  }))
  return (now) => {
    for (const each of open) {
      const before = each.next
      while (each.next < each.times.length && (each.times[each.next] as number) <= now) each.next++
      if (each.next === before) continue
      const time = each.times[each.next - 1] as number
      layouts.note(each.hostId, each.layoutId, time)
      const host = hosts.get(each.hostId)
      if (host && host.lastSeen < time) host.lastSeen = time
    }
  }
}
