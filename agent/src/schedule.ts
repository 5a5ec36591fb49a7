/** When to collect: at multiples of the interval, so that the points of all hosts fall on the same times. */

/** Closer than this to the tick before, rates would be noise. */
const LEAST_GAP_MS = 500

/** The first multiple of `interval` that leaves a gap after `now`; epoch ms. */
export function nextTick(now: number, interval: number): number {
  const gap = Math.min(LEAST_GAP_MS, interval / 2)
  return (Math.floor((now + gap) / interval) + 1) * interval
}

/** The time a tick gets that was planned for `planned` and came at `now`: the plan, unless the clock was set meanwhile. */
export function stampOf(planned: number, now: number, interval: number): number {
  return Math.abs(now - planned) < interval ? planned : Math.floor(now / interval) * interval
}

export interface ScheduleOptions {
  interval: number
  /** Epoch ms, corrected. */
  now: () => number
  /** Waits; ends early when the schedule is stopped. */
  pause: (ms: number) => Promise<void>
  /** Reads all counters once, so that the first frame has rates. */
  prime: () => Promise<void>
  /** Must not throw. `first`: a person waits to see this one. */
  tick: (time: number, first: boolean) => Promise<void>
}

/** Primes, gives a first frame after a second (or half an interval), then one at each multiple of the interval. */
export async function runTicks(options: ScheduleOptions, signal: AbortSignal): Promise<void> {
  const { interval, now, pause, prime, tick } = options
  await prime()
  await pause(Math.min(1_000, interval / 2))
  if (!signal.aborted) await tick(now(), true)
  while (!signal.aborted) {
    const planned = nextTick(now(), interval)
    await pause(planned - now())
    if (!signal.aborted) await tick(stampOf(planned, now(), interval), false)
  }
}
