/** Slows guessing down, by where it comes from: whoever guesses at a name keeps nobody else from signing in with it. */
import { createHash } from 'node:crypto'
import type { Logger } from '@miniobserv/service'
import type { Redis } from 'ioredis'
import { type Allowance, countHere, countInRedis } from './attempts.ts'
import { networkOf } from './network.ts'
import { Refused } from './refused.ts'

/** A person who tries all passwords they ever had stays below the first, an office behind one address below the second. */
const FOR_NAME = { burst: 10, each: 30_000 }
const FOR_ADDRESS = { burst: 50, each: 5_000 }

export interface Throttle {
  /**
   * Counts an attempt before it is looked at, so that many at once gain nothing.
   *
   * @returns takes it back: the attempt was right
   * @throws {Refused} 429 `too_many_attempts`
   */
  attempt(name: string, address: string): Promise<() => Promise<void>>
}

/**
 * All processes count together, in Redis; and each for itself too, which is what counts while Redis is away.
 *
 * @param now epoch ms
 */
export function createThrottle({
  redis,
  now,
  log
}: {
  redis: Redis
  now: () => number
  log: Pick<Logger, 'warn'>
}): Throttle {
  const here = countHere(now)
  const together = countInRedis(redis)
  let alone = false
  /** @returns undefined where Redis does not answer */
  const askRedis = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      const answer = await ask()
      alone = false
      return answer
    } catch (error) {
      if (!alone) log.warn({ err: error }, 'attempts to sign in are counted in this process alone')
      alone = true
      return undefined
    }
  }
  return {
    async attempt(name, address) {
      const username = name.toLowerCase()
      const allowances = allowancesOf(username, networkOf(address))
      refuse(here.take(allowances), username)
      const waits = await askRedis(() => together.take(allowances))
      if (waits?.some((wait) => wait > 0)) {
        here.giveBack(allowances)
        refuse(waits, username)
      }
      return async () => {
        here.giveBack(allowances)
        if (waits) await askRedis(() => together.giveBack(allowances))
      }
    }
  }
}

/** People type passwords in place of names: what stands in Redis meanwhile does not say them. */
function allowancesOf(username: string, network: string): Allowance[] {
  const both = createHash('sha256').update(`${network} ${username}`).digest('base64url')
  return [
    { key: both.slice(0, 22), ...FOR_NAME },
    { key: network, ...FOR_ADDRESS }
  ]
}

/** @param waits ms, as the allowances stand */
function refuse(waits: readonly number[], username: string): void {
  const wait = Math.max(...waits)
  if (wait <= 0) return
  const [, forAddress = 0] = waits
  const seconds = Math.ceil(wait / 1000)
  throw new Refused(
    // An address that tries everybody is noted once, not once a name.
    { reason: 'too_many_attempts', username: forAddress > 0 ? '' : username },
    ...[429, 'too_many_attempts', `too many attempts; again in ${seconds} s`, { retryAfter: seconds }]
  )
}
