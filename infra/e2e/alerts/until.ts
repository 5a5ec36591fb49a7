/** Waiting in a run: for a condition, within a time. */
import { setTimeout as sleep } from 'node:timers/promises'

/** @throws when it is not so after `within` ms, or the run was aborted */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  within: number,
  signal: AbortSignal,
  every: number
): Promise<void> {
  for (const deadline = performance.now() + within; !(await isSo()); await sleep(every)) {
    signal.throwIfAborted()
    if (performance.now() > deadline) throw new Error(`still waiting after ${Math.round(within / 1_000)} s`)
  }
}
