/** Ctrl-C and its kin, as one question that `up` can wait for. */

export interface StopRequest {
  /** Aborted at the first request; its reason is the signal's name. */
  signal: AbortSignal
  /** Resolves with the first request. */
  asked: Promise<NodeJS.Signals>
}

/** `again` is called for every further request: somebody is in a hurry. */
export function listenForStop(again: () => void): StopRequest {
  const controller = new AbortController()
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (controller.signal.aborted) return again()
        controller.abort(new Stopped(signal))
        resolve(signal)
      })
    }
  })
  // The terminal may be gone when its SIGHUP comes; then there is nobody to tell.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  return { signal: controller.signal, asked }
}

/** Thrown out of the start when somebody stops it half way: not a fault. */
export class Stopped extends Error {
  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`)
    this.name = 'Stopped'
  }
}
