/** How long a refused or failed request waits before it is tried again. */

const FIRST_MS = 1_000
const LONGEST_MS = 60_000
/** A server that asks for more is taken to be mistaken. */
const MOST_RETRY_AFTER_MS = 10 * 60_000

/**
 * Exponential with full jitter, from 1 s to 60 s, so that ten thousand agents do not come back at once; never earlier
 * than the server asked for.
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
  const jittered = random * Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1))
  if (retryAfter === undefined) return jittered
  const asked = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now
  return asked > 0 ? Math.min(asked, MOST_RETRY_AFTER_MS) + Math.min(jittered, FIRST_MS) : jittered
}
