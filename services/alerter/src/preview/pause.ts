/** Long computations share their process with requests and evaluations: now and then these have their turn. */
import { setImmediate } from 'node:timers/promises'

/** So long others wait at most, ms, more or less. */
const AT_A_STRETCH = 20

/** @returns to be called often; throws the signal's reason when it is aborted */
export function pausing(signal: AbortSignal): () => Promise<void> | undefined {
  let since = performance.now()
  return () => {
    if (performance.now() - since < AT_A_STRETCH) return undefined
    return (async () => {
      await setImmediate()
      signal.throwIfAborted()
      since = performance.now()
    })()
  }
}
