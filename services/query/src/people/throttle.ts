/** Slows guessing down, by where it comes from: whoever guesses at a name keeps nobody else from signing in with it. */
import { networkOf } from './network.ts'
import { Refused } from './refused.ts'

interface Allowance {
  /** Attempts at once. */
  burst: number
  /** After which one more is allowed, ms. */
  each: number
}

/** A person who tries all passwords they ever had stays below the first, an office behind one address below the second. */
const FOR_NAME: Allowance = { burst: 10, each: 30_000 }
const FOR_ADDRESS: Allowance = { burst: 50, each: 5_000 }

/** Names and addresses remembered at most; the longest unused are forgotten first. */
const MOST = 100_000

export interface Throttle {
  /**
   * Counts an attempt before it is looked at, so that many at once gain nothing.
   *
   * @param now epoch ms
   * @returns takes it back: the attempt was right
   * @throws {Refused} 429 `too_many_attempts`
   */
  attempt(name: string, address: string, now: number): () => void
}

export function createThrottle(): Throttle {
  // When each key will have its whole burst again, epoch ms.
  const full = new Map<string, number>()
  return {
    attempt(name, address, now) {
      const from = networkOf(address)
      const username = name.toLowerCase()
      const keys: [string, Allowance][] = [
        [`${from} ${username}`, FOR_NAME],
        [from, FOR_ADDRESS]
      ]
      const [forName = 0, forAddress = 0] = keys.map(
        ([key, { burst, each }]) => (full.get(key) ?? 0) - now - (burst - 1) * each
      )
      const wait = Math.max(forName, forAddress)
      if (wait > 0) {
        const seconds = Math.ceil(wait / 1000)
        throw new Refused(
          // An address that tries everybody is noted once, not once a name.
          { reason: 'too_many_attempts', username: forAddress > 0 ? '' : username },
          ...[429, 'too_many_attempts', `too many attempts; again in ${seconds} s`, { retryAfter: seconds }]
        )
      }
      const move = (by: 1 | -1) => {
        for (const [key, { each }] of keys) {
          const at = Math.max(full.get(key) ?? 0, now) + by * each
          full.delete(key) // to the end of the order
          full.set(key, at)
        }
        while (full.size > MOST) full.delete(full.keys().next().value as string)
      }
      move(1)
      return () => move(-1)
    }
  }
}
