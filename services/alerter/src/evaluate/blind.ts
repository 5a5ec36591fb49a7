/** Whether the monitor itself can see: silence proves something only while it can. */
import type { Redis } from 'ioredis'
import type { KnownHost } from './hosts.ts'
import { type Standings, WHOLE } from './standings.ts'
import { durationWords } from './words.ts'

/** What stopped within so long of each other, ms, stopped together. */
export const TOGETHER = 60_000

/** Two hosts or more that send every ten seconds are never all silent for so long, ms. */
export const ALL_SILENT = 20_000

/**
 * After it sees again, hosts get so long to be heard of before silence counts, ms: agents that were refused try again
 * after up to thirty seconds, and send every ten.
 */
const GRACE = 45_000

/** Hosts are looked at every five seconds; who did not for so long, ms, cannot tell whose fault a silence is. */
const AWAY = 20_000

/** How the monitor's own sight stands; kept in `alerter_state`. Times are epoch ms. */
export interface Sight {
  /** When the last look of any kind was over. */
  lookedAt: number | null
  blindSince: number | null
  /** Why it sees nothing, in words. */
  reason: string | null
  /** Since when it sees. */
  sightSince: number | null
}

/**
 * When what has waited longest to be stored came, epoch ms; undefined where nothing waits: what is stored is deleted
 * from its stream at once.
 */
export async function oldestWaiting(redis: Redis, streams: readonly string[]): Promise<number | undefined> {
  const first = await Promise.all(streams.map((stream) => redis.xrange(stream, '-', '+', 'COUNT', 1)))
  const times = first.flatMap((entries) => entries.map(([id]) => Number(id.split('-')[0])))
  return times.length === 0 ? undefined : Math.min(...times)
}

/**
 * Since when a silence is known to be one, epoch ms: what happened while nobody looked proves nothing. What it is blind
 * by is as old as it is.
 */
export function watchingSince(before: Sight, now: number): number {
  if (before.blindSince !== null) return Number.NEGATIVE_INFINITY
  return wasAway(before, now) ? now : (before.sightSince ?? now)
}

const wasAway = ({ lookedAt }: Sight, now: number): boolean => lookedAt === null || now - lookedAt > AWAY

export interface Surroundings {
  hosts: readonly KnownHost[]
  /** When the gateway took what has waited longest to be stored, epoch ms. */
  oldest: number | undefined
  /** See `watchingSince`. */
  watching: number
  now: number
}

/**
 * @param behind how long data may wait to be stored, ms
 * @returns why nothing can be seen, in words, or null
 */
export function whyBlind({ hosts, oldest, watching, now }: Surroundings, behind: number): string | null {
  if (oldest !== undefined && now - Math.max(oldest, watching) >= behind) {
    const waited = durationWords(now - oldest)
    return `what arrives is not being stored: the oldest has waited for ${waited}. Are the writers and the database running?`
  }
  // Those that went silent long before are no witnesses.
  const latest = hosts.reduce((latest, { lastSeen }) => Math.max(latest, lastSeen), 0)
  const together = hosts.filter(({ lastSeen }) => lastSeen >= latest - TOGETHER).length
  if (together < 2 || now - Math.max(latest, watching) < ALL_SILENT) return null
  return `nothing has arrived from any of ${together} hosts for ${durationWords(now - latest)}. Can they reach the gateway?`
}

/** @returns how its sight stands now, and whether silence must be held to prove nothing */
export function lookAround(
  before: Sight,
  reason: string | null,
  now: number
): { sight: Omit<Sight, 'lookedAt'>; held: boolean } {
  const saw = reason === null && before.blindSince === null && !wasAway(before, now)
  const sightSince = saw ? (before.sightSince ?? now) : now
  const blindSince = reason === null ? null : (before.blindSince ?? now)
  return { sight: { blindSince, reason, sightSince }, held: reason !== null || now - sightSince < GRACE }
}

/** @param reason why it sees nothing, or null */
export function lookAtSight(reason: string | null, standings: Standings): void {
  standings.take(
    { hostId: 0, host: null, key: WHOLE, labels: {} },
    {
      ...{ seen: true, bad: reason !== null, recovered: reason === null, value: null },
      describe: () => reason ?? 'the monitor sees again'
    }
  )
}
