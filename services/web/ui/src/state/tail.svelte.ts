/** What hosts measure as it comes, for all charts of a page: one connection, and the last minutes of it. */
import { eachSample, type LiveSample, type LiveSamplesQuestion, liveSamples } from '../api/live.ts'
import { MINUTE, SECOND } from '../format/time.ts'
import { follow } from './live.svelte.ts'
import { refreshEvery, type Window } from './range.ts'
import { serverNow } from './server-clock.ts'

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

  /**
   * Must be made while a component is.
   * @param question null while nobody knows yet; when it comes after what was loaded, that is loaded once more
   */
  constructor(question: () => LiveSamplesQuestion | null, shown: () => Window) {
    this.#shown = shown
    const wanted = $derived((refreshEvery(shown()) ?? Number.POSITIVE_INFINITY) <= SEEN)
    let late = false
    this.#live = follow(() => {
      const asked = question()
      if (!asked) late = true
      if (!wanted || !asked) return null
      let first = true
      return {
        question: liveSamples(asked),
        onReset: () => {
          this.samples = []
          if (!first || late) this.holes++
          first = false
          late = false
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
