/** The heart of alerting, and pure: what was seen now, and how things stood, give how they stand. */
import type { State } from '@miniobserv/protocol'

/** What one look at a host or series found. */
export interface Observed {
  /** Whether there was anything to look at: no data is not ok. */
  seen: boolean
  /** Whether it is as the rule warns of. */
  bad: boolean
  /** Whether it is good enough for a firing alert to end; with a recovery threshold, more than "not bad". */
  recovered: boolean
  /** Not seen, and not expected any more: not even among what the host lately sent. */
  gone?: boolean
}

export interface Standing {
  /** ok is no standing at all. */
  state: Exclude<State, 'ok'>
  /** Since when it is in this state, epoch ms. */
  since: number
  /** Since when an alert that fires is without data, epoch ms; kept when that makes it unknown. */
  quietSince: number | null
}

/** A firing alert whose data has stopped goes on firing for so long, in ms; then nobody knows. */
export const STALE_AFTER = 15 * 60_000

/** What nobody has known for so long, in ms, and nobody expects, is forgotten: a disk that was taken out. */
export const FORGET_AFTER = 24 * 3_600_000

/** Looks do not come to the millisecond; `for: 30s` is over at the next look after 30 s, not at the one after that. */
const UNEVEN = 1_000

/**
 * One step of an alert's life.
 *
 * @param forMs how long it must have been bad, at every look, before it fires; 0 fires at once
 * @param before undefined while all is well
 * @param now epoch ms
 * @returns undefined while all is well
 */
export function advance(
  forMs: number,
  observed: Observed,
  before: Standing | undefined,
  now: number
): Standing | undefined {
  if (!observed.seen) return withoutData(before, observed.gone === true, now)
  const { bad, recovered } = observed
  if (before && hasFired(before)) {
    if (!bad && recovered) return undefined
    if (before.state === 'firing' && before.quietSince === null) return before
    return { state: 'firing', since: before.state === 'firing' ? before.since : now, quietSince: null }
  }
  if (!bad) return undefined
  if (forMs === 0) return { state: 'firing', since: now, quietSince: null }
  if (before?.state !== 'pending') return { state: 'pending', since: now, quietSince: null }
  return now - before.since >= forMs - UNEVEN ? { state: 'firing', since: now, quietSince: null } : before
}

/** Whether it fires, or did when its data stopped: only data on the good side ends that. */
const hasFired = ({ state, quietSince }: Standing): boolean =>
  state === 'firing' || (state === 'unknown' && quietSince !== null)

function withoutData(before: Standing | undefined, gone: boolean, now: number): Standing | undefined {
  if (before?.state === 'unknown') return gone && now - before.since >= FORGET_AFTER ? undefined : before
  if (before?.state !== 'firing') return { state: 'unknown', since: now, quietSince: null }
  const quietSince = before.quietSince ?? now
  if (now - quietSince < STALE_AFTER) return { ...before, quietSince }
  return { state: 'unknown', since: now, quietSince }
}
