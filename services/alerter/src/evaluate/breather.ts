/** Lets others have their turn: in one process with a gateway, a look at everything must not make its senders wait. */
import { setImmediate } from 'node:timers/promises'

/** How long others wait at most, ms, about. */
const AT_A_STRETCH = 20

/**
 * @param signal whose reason the wait rejects with, once it is aborted
 * @returns to be awaited between two pieces of work
 */
export function breather(signal?: AbortSignal): () => Promise<void> | undefined {
  let began = performance.now()
  async function pause(): Promise<void> {
    await setImmediate()
    signal?.throwIfAborted()
    began = performance.now()
  }
  return () => (performance.now() - began > AT_A_STRETCH ? pause() : undefined)
}
