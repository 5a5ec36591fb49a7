/** When to collect: at multiples of the interval, so that the points of all hosts fall on the same times. */

/** Closer than this to the tick before, rates would be noise. */
const LEAST_GAP_MS = 500
/** A clock that was corrected back by less is waited for. One that was further ahead had been plainly wrong. */
const MOST_WAIT_MS = 60_000

/** The first multiple of `interval` that leaves a gap after `now`, and is later than the `last` tick; epoch ms. */
export function nextTick(now: number, interval: number, last: number): number {
  const gap = Math.min(LEAST_GAP_MS, interval / 2)
  const next = (Math.floor((now + gap) / interval) + 1) * interval
  return last - now > MOST_WAIT_MS ? next : Math.max(next, (Math.floor(last / interval) + 1) * interval)
}

/** The time a tick gets that was planned for `planned` and came at `now`: the plan, unless the clock was set meanwhile. */
export function stampOf(planned: number, now: number, interval: number): number {
  return Math.abs(now - planned) < interval ? planned : Math.floor(now / interval) * interval
}

export interface ScheduleOptions {
  interval: number
  /** Epoch ms, corrected. */
  now: () => number
  /** The time that was last given to a tick, as it is known now. */
  last: () => number
  /** Waits; ends early when the schedule is stopped. */
  pause: (ms: number) => Promise<void>
  /** Reads all counters once, so that the first frame has rates. */
  prime: () => Promise<void>
  /** Must not throw. `first`: a person waits to see this one. */
  tick: (time: number, first: boolean) => Promise<void>
}

/**
 * Primes, gives a first frame after a second (or half an interval), then one at each multiple of the interval. No two
 * ticks get the same time.
 */
export async function runTicks(options: ScheduleOptions, signal: AbortSignal): Promise<void> {
  const { interval, pause, prime, tick } = options
  /** Where the multiples begin, in ms: next to those that were used before the clock was set far back. */
  let aside = 0
  const now = () => options.now() - aside
  const last = () => options.last() - aside
  await prime()
  await pause(Math.min(1_000, interval / 2))
  if (!signal.aborted) await tick(now(), true)
  while (!signal.aborted) {
    const planned = nextTick(now(), interval, last())
    await pause(planned - now())
    if (signal.aborted) return
    const time = stampOf(planned, now(), interval)
    const back = last() - time
    if (back > MOST_WAIT_MS) aside += 1
    else if (back >= 0) continue
    await tick(time + aside, false)
  }
}
