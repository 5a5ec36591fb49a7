/** The agent's sense of time: its own clock, corrected by the gateway's where the two disagree. */

/** Own clocks this far from the gateway's are left alone, in ms: what NTP and a slow network explain. */
const TOLERANCE_MS = 10_000
/** A correction is kept while the gateway's answers agree with it this well, so that stamps do not jitter. */
const STEADY_MS = 1_000

export interface Clock {
  /** Epoch ms, corrected. */
  now(): number
  /** What is added to the own clock, in ms; 0 while the two agree. */
  readonly offset: number
  /** False until the gateway has told its time once. */
  readonly known: boolean
  /** Takes in the gateway's time from an answer that just came, `roundTripMs` after it was asked for. */
  observe(gatewayNow: number, roundTripMs: number): void
}

/** @param own the machine's clock, epoch ms */
export function createClock(own: () => number): Clock {
  let offset = 0
  let known = false
  return {
    now: () => own() + offset,
    get offset() {
      return offset
    },
    get known() {
      return known
    },
    observe(gatewayNow, roundTripMs) {
      known = true
      const difference = Math.round(gatewayNow + roundTripMs / 2 - own())
      if (Math.abs(difference) <= TOLERANCE_MS) offset = 0
      else if (Math.abs(difference - offset) > STEADY_MS) offset = difference
    }
  }
}
