/** What a host measures as it comes, for all charts of its page: one connection, and the last minutes of it. */
import { eachSample, type LiveSample, liveSamples } from '../../api/live.ts'
import { MINUTE, SECOND } from '../../format/time.ts'
import { follow } from '../../state/live.svelte.ts'
import { refreshEvery, type Window } from '../../state/range.ts'
import { serverNow } from '../../state/server-clock.ts'

/** A picture is loaded anew at least so often, and needs what came since. */
const RELOAD = MINUTE
const KEPT = 3 * RELOAD
/** A wide picture moves by less than a pixel a minute: nobody sees samples come. */
const SEEN = 30 * SECOND

export class Tail {
  /** The newest last. */
  samples = $state.raw<readonly LiveSample[]>([])
  /** Goes up where there may be a hole: what was loaded before must be loaded again. */
  holes = $state(0)
  readonly #live: ReturnType<typeof follow>
  readonly #shown: () => Window

  /** Must be made while a component is. */
  constructor(host: () => string, metrics: readonly string[], shown: () => Window) {
    this.#shown = shown
    const wanted = $derived((refreshEvery(shown()) ?? Number.POSITIVE_INFINITY) <= SEEN)
    this.#live = follow(() => {
      if (!wanted) return null
      let first = true
      return {
        question: liveSamples({ metrics, hosts: [host()] }),
        onReset: () => {
          this.samples = []
          if (!first) this.holes++
          first = false
        },
        onData: (data) => {
          const since = serverNow() - KEPT
          this.samples = [...this.samples, ...eachSample(data)].filter(({ time }) => time >= since)
        }
      }
    })
  }

  get on(): boolean {
    return this.#live.status === 'on'
  }

  /** How often charts load all of their picture, ms; null for once. */
  get reloadEvery(): number | null {
    const every = refreshEvery(this.#shown())
    return every !== null && this.on ? Math.max(RELOAD, every) : every
  }
}
