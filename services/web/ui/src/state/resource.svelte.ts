/** Data that a component shows: loads, loads again, keeps the last picture while it does, and retries by itself. */
import { untrack } from 'svelte'
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
  /** Milliseconds between two loads, or null for once. Another pace alone loads nothing. */
  every?: () => number | null
  /**
   * Names what is asked for: a change loads anew, and until that is there the old data is stale. Where there is a key, no
   * other state counts that `load` reads: a component's props are new whenever their neighbours are.
   */
  key?: () => string
  /** A change loads the same anew. */
  version?: () => unknown
  /** What is shown until the first answer is there. */
  initial?: T | undefined
}

/**
 * Must be called while a component is made. `load` runs at once, and again when the key changes, or without one the state
 * that it read before its first await. What is under way is aborted when that happens or the component goes.
 */
export function resource<T>(
  load: (signal: AbortSignal) => Promise<T>,
  options: Options<T> = {}
): Resource<T> {
  const state = new Resource<T>()
  state.data = options.initial
  const every = $derived(options.every?.() ?? null)
  const key = $derived(options.key?.())
  const version = $derived(options.version?.())
  let shown: string | undefined
  /** Waits for the next load as long as is right now. */
  let pace = () => {}

  $effect(() => {
    void [state.asked, version] // another one begins anew
    const asked = key ?? ''
    const aborter = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let failures = 0
    let loading = false
    if (shown !== undefined && shown !== asked) state.stale = true

    async function attempt(): Promise<void> {
      loading = true
      try {
        const data = await load(aborter.signal)
        if (aborter.signal.aborted) return
        loading = false
        state.data = data
        state.error = undefined
        state.stale = false
        shown = asked
        failures = 0
        pace()
      } catch (error) {
        if (aborter.signal.aborted) return
        loading = false
        state.error = error as Error
        state.stale = false
        if (!(error instanceof ApiError) || error.passing) schedule(Math.min(30, 2 ** ++failures) * SECOND)
      }
    }

    /** Loads meet at full multiples of `every`, so that the charts of a page move together. */
    pace = () => {
      if (loading || state.error) return
      if (every === null) clearTimeout(timer)
      else schedule(every - (Date.now() % every))
    }

    function schedule(ms: number): void {
      clearTimeout(timer)
      timer = setTimeout(again, ms)
    }

    function again(): void {
      clearTimeout(timer)
      // A page that nobody looks at asks nothing; it loads as soon as it is seen again.
      if (document.hidden)
        document.addEventListener('visibilitychange', again, { once: true, signal: aborter.signal })
      else void attempt()
    }

    if (options.key) untrack(() => void attempt())
    else void attempt()
    return () => {
      aborter.abort()
      clearTimeout(timer)
    }
  })

  $effect(() => {
    void every
    untrack(() => pace())
  })

  return state
}
