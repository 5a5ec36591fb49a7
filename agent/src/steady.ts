/** A clock that no setting of the machine's clock moves, and that goes on while the machine sleeps. */

/** How much finer the answers of `uptime` are not, in ms; and a shorter sleep harms nobody. */
const GRAIN_MS = 1_000

/**
 * @param monotonic ms; on Linux it stands still while the machine sleeps (CLOCK_MONOTONIC)
 * @param uptime seconds since the start of the system; on Linux sleep counts (/proc/uptime is CLOCK_BOOTTIME)
 * @returns ms since some moment
 */
export function createSteady(monotonic: () => number, uptime: () => number): () => number {
  const awake = () => {
    const at = monotonic()
    return { at, ahead: uptime() * 1000 - at }
  }
  const start = awake().ahead
  let slept = 0
  return () => {
    const { at, ahead } = awake()
    if (ahead - start - slept > GRAIN_MS) slept = ahead - start
    return at + slept
  }
}
