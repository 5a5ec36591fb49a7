/** Work that takes turns: some of it at once, some waits, and the rest is told to come again. */

/** Answered with 503 and `Retry-After`. */
export class BusyError extends Error {
  override name = 'BusyError'
  readonly code = 'busy'
  readonly statusCode = 503
  readonly extra = { retryAfter: 5 }
}

/**
 * @param atOnce pieces of work that run at the same time  @param most that wait meanwhile, in the order in which they came
 * @returns runs work when it is its turn; throws BusyError where too much waits
 */
export function takeTurns(atOnce: number, most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running < atOnce) running++
    else if (waiting.length < most) await new Promise<void>((resolve) => waiting.push(resolve))
    else throw new BusyError('too many people sign in at once; try again in a moment')
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
