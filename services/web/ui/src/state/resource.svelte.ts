/** Data that a component shows: loads, loads again, keeps the last picture while it does, and retries by itself. */
import { ApiError } from '../api/client.ts'
import { SECOND } from '../format/time.ts'

export class Resource<T> {
  data = $state.raw<T | undefined>()
  /** Why the last attempt failed; `data` is then what the one before brought. */
  error = $state.raw<Error | undefined>()
  /** Other settings were asked for than `data` belongs to. */
  stale = $state(false)
  /** How often somebody asked for another load. */
  asked = $state(0)

  /** Loads again: something was changed. */
  reload(): void {
    this.asked++
  }
}

interface Options<T> {
  /** Milliseconds between two loads, or null for once. */
  every?: () => number | null
  /** Names what is asked for; a change makes the old data stale. Loading the same again does not. */
  key?: () => string
  /** What is shown until the first answer is there. */
  initial?: T | undefined
}

/**
 * Must be called while a component is made. `load` runs at once, and again when state changes that it read before its
 * first await. What is under way is aborted when that happens or the component goes.
 */
export function resource<T>(
  load: (signal: AbortSignal) => Promise<T>,
  options: Options<T> = {}
): Resource<T> {
  const state = new Resource<T>()
  state.data = options.initial
  let shown: string | undefined

  $effect(() => {
    void state.asked // another one begins anew
    const aborter = new AbortController()
    const every = options.every?.() ?? null
    const key = options.key?.() ?? ''
    let timer: ReturnType<typeof setTimeout> | undefined
    let failures = 0
    if (shown !== undefined && shown !== key) state.stale = true

    async function attempt(loading: Promise<T>): Promise<void> {
      try {
        const data = await loading
        if (aborter.signal.aborted) return
        state.data = data
        state.error = undefined
        state.stale = false
        shown = key
        failures = 0
        if (every !== null) schedule(every - (Date.now() % every))
      } catch (error) {
        if (aborter.signal.aborted) return
        state.error = error as Error
        state.stale = false
        if (!(error instanceof ApiError) || error.passing) schedule(Math.min(30, 2 ** ++failures) * SECOND)
      }
    }

    /** Loads meet at full multiples of `every`, so that the charts of a page move together. */
    function schedule(ms: number): void {
      timer = setTimeout(again, ms)
    }

    function again(): void {
      clearTimeout(timer)
      // A page that nobody looks at asks nothing; it loads as soon as it is seen again.
      if (document.hidden)
        document.addEventListener('visibilitychange', again, { once: true, signal: aborter.signal })
      else void attempt(load(aborter.signal))
    }

    void attempt(load(aborter.signal))
    return () => {
      aborter.abort()
      clearTimeout(timer)
    }
  })

  return state
}
