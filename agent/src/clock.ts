/**
 * The agent's sense of time: what the gateway last said, and a steady clock since then. Whoever sets the machine's own
 * clock meanwhile changes nothing, whether the server is there or away.
 */

/** Own clocks this far from the gateway's are left alone, in ms: what NTP and a slow network explain. */
const TOLERANCE_MS = 10_000
/** Once corrected, a clock is left alone again only within this: nothing swings to and fro at the edge. */
const AGREEMENT_MS = 5_000
/** A correction is kept while the gateway's answers agree with it this well, so that stamps do not jitter. */
const STEADY_MS = 1_000

export interface Clock {
  /** Epoch ms, corrected. */
  now(): number
  /** Epoch ms of a moment of the steady clock, as it is known now. */
  at(steady: number): number
  /** What is added to the own clock, in ms; 0 while the two agree. */
  readonly offset: number
  /** False until the gateway has told its time once. */
  readonly known: boolean
  /**
   * Takes in the gateway's time from an answer that just came, `roundTripMs` after it was asked for.
   *
   * @returns by how much `now` went forward, in ms
   */
  observe(gatewayNow: number, roundTripMs: number): number
}

/**
 * @param own the machine's clock, epoch ms
 * @param steady ms of a clock that never jumps
 */
export function createClock(own: () => number, steady: () => number): Clock {
  /** Epoch ms when the steady clock showed 0. */
  let anchor = own() - steady()
  let known = false
  let corrected = false
  const now = () => Math.round(anchor + steady())
  return {
    now,
    at: (moment) => Math.round(anchor + moment),
    get offset() {
      const offset = now() - own()
      return Math.abs(offset) < STEADY_MS ? 0 : offset
    },
    get known() {
      return known
    },
    observe(gatewayNow, roundTripMs) {
      const before = anchor
      const at = steady()
      const gateway = gatewayNow + roundTripMs / 2
      corrected = Math.abs(gateway - own()) > (corrected ? AGREEMENT_MS : TOLERANCE_MS)
      // A slow answer may be wrong by half of the time it took.
      const differs = Math.abs(gateway - (anchor + at)) > STEADY_MS + roundTripMs / 2
      if (!corrected) anchor = own() - at
      else if (differs || !known) anchor = gateway - at
      known = true
      return Math.round(anchor - before)
    }
  }
}
