/** Turns counters into rates per second, for the collectors that read counters. */

interface Seen {
  counters: number[]
  at: number
}

export interface Rates {
  /**
   * The rates of one device's counters since the last tick, per second. All are null at its first tick, and when any
   * of them fell: a device was reset or replaced, and none of its differences means anything.
   *
   * @param at the monotonic time of the tick, ms
   */
  of(device: string, counters: number[], at: number): (number | null)[]
  /** Forgets the devices that this tick did not see, so that one that comes back starts anew. */
  settle(at: number): void
}

export function createRates(): Rates {
  const seen = new Map<string, Seen>()
  return {
    of(device, counters, at) {
      const before = seen.get(device)
      seen.set(device, { counters, at })
      const seconds = before ? (at - before.at) / 1000 : 0
      const rising = counters.every((counter, index) => counter >= (before?.counters[index] ?? Infinity))
      if (!rising || !(seconds > 0)) return counters.map(() => null)
      return counters.map((counter, index) => {
        const rate = (counter - (before?.counters[index] ?? 0)) / seconds
        return Math.round(rate * 1000) / 1000
      })
    },
    settle(at) {
      for (const [device, { at: last }] of seen) if (last !== at) seen.delete(device)
    }
  }
}
