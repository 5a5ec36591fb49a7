/** How long a refused or failed request waits before it is tried again. */

const FIRST_MS = 1_000
const LONGEST_MS = 30_000
/** A server that asks for more is taken to be mistaken. */
const MOST_RETRY_AFTER_MS = 10 * 60_000

/**
 * Exponential with full jitter, from 1 s to 30 s, so that ten thousand agents do not come back at once; never earlier
 * than the server asked for, and then spread over half of that time or the usual jitter, whichever is longer.
 *
 * @param failures how often in a row it failed, from 1
 * @param retryAfter the header: seconds or an HTTP date (RFC 9110 section 10.2.3)
 * @param random from 0 to 1
 */
export function delayMs(
  failures: number,
  retryAfter: string | undefined,
  now: number,
  random: number
): number {
  const window = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1))
  const given = retryAfter ?? ''
  const asked = /^\d+$/.test(given) ? Number(given) * 1000 : Date.parse(given) - now
  if (!(asked > 0)) return random * window
  const least = Math.min(asked, MOST_RETRY_AFTER_MS)
  return least + random * Math.max(least / 2, window)
}
