/** What the hosts' agents are, and which of them somebody should look at. */
import type { Host } from '@miniobserv/protocol'
import { DAY, SECOND } from '../../format/time.ts'

export interface VersionCount {
  /** Undefined where no agent of ours says it. */
  version: string | undefined
  hosts: number
  up: number
}

/** By version, the newest first, as far as its figures tell. */
export function countVersions(hosts: readonly Host[]): VersionCount[] {
  const counts = new Map<string | undefined, VersionCount>()
  for (const { info, status } of hosts) {
    const version = info['agent.version'] === undefined ? undefined : String(info['agent.version'])
    const count = counts.get(version) ?? { version, hosts: 0, up: 0 }
    count.hosts++
    if (status === 'up') count.up++
    counts.set(version, count)
  }
  return [...counts.values()].sort((a, b) =>
    (b.version ?? '').localeCompare(a.version ?? '', 'en', { numeric: true })
  )
}

/** A clock that is off by less is what happens between two synchronisations. */
const CLOCK_OFF = 10 * SECOND

export interface Oddity {
  host: string
  kind: 'clock' | 'twins'
  /** ms; of the clock. */
  offset: number
}

/** @param now epoch ms */
export function findOddities(hosts: readonly Host[], now: number): Oddity[] {
  return hosts.flatMap(({ name, clockOffset, twinsSeen }) => {
    const found: Oddity[] = []
    const offset = clockOffset ?? 0
    if (Math.abs(offset) >= CLOCK_OFF) found.push({ host: name, kind: 'clock', offset })
    if (twinsSeen !== null && now - twinsSeen < DAY) found.push({ host: name, kind: 'twins', offset })
    return found
  })
}
