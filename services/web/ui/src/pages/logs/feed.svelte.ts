/** The lines of the logs page: the newest page, older ones on demand, and new lines while it is live. */
import type { FoundLine } from '@miniobserv/protocol'
import { type LogQuestion, searchLogs } from '../../api/api.ts'
import { ApiError } from '../../api/client.ts'
import { SECOND } from '../../format/time.ts'
import { countNew, withHead, withOlder } from './merge.ts'

const PAGE = 200
/** How many new lines one look brings; when there were more, the list begins anew instead of having a hole. */
const HEAD = 1000
const EVERY = 2 * SECOND
/** How late a line may come and still be found by looking for new ones. */
const OVERLAP = 10 * SECOND
/** A list that is live for days must not grow for days. */
const MOST = 3000
const KEPT = 1000

type Question = Omit<LogQuestion, 'limit' | 'cursor'>

interface Look {
  lines: FoundLine[]
  /** Complete from this time on; null: it replaces the whole list. */
  since: number | null
  next: string | null
}

export class Feed {
  /** Newest first; undefined until the first answer. */
  lines = $state.raw<FoundLine[] | undefined>()
  /** New lines that wait, because what is shown must not move. `more` says that there are more than counted. */
  waiting = $state.raw<{ count: number; more: boolean } | undefined>()
  /** There are older lines. */
  more = $state(false)
  error = $state.raw<Error | undefined>()
  stale = $state(false)
  loadingOlder = $state(false)

  #question: Question = {}
  #cursor: string | null = null
  #look: Look | undefined
  #signal: AbortSignal | undefined

  /** Loads anew and keeps on; the answer ends it. `held` says whether what is shown must stay where it is. */
  start(question: Question, live: boolean, held: () => boolean): () => void {
    const aborter = new AbortController()
    this.#signal = aborter.signal
    this.#question = question
    this.#look = undefined
    this.waiting = undefined
    this.stale = this.lines !== undefined
    this.loadingOlder = false
    void this.#run(aborter.signal, live, held)
    return () => aborter.abort()
  }

  async #run(signal: AbortSignal, live: boolean, held: () => boolean): Promise<void> {
    let first = true
    let failures = 0
    do {
      try {
        const look = first ? await this.#newest(signal, PAGE) : await this.#whatIsNew(signal)
        if (signal.aborted) return
        this.#look = look
        if (first || !held()) this.show()
        else this.#count(look)
        first = false
        failures = 0
        this.error = undefined
      } catch (error) {
        if (signal.aborted) return
        this.error = error as Error
        if (error instanceof ApiError && !error.passing) return
        failures++
      } finally {
        if (!signal.aborted) this.stale = false
      }
      await pause(failures === 0 ? EVERY : Math.min(30, 2 ** failures) * SECOND, signal)
    } while ((live || first) && !signal.aborted)
  }

  async #newest(signal: AbortSignal, limit: number): Promise<Look> {
    const { lines, next } = await searchLogs({ ...this.#question, limit }, signal)
    return { lines, next, since: null }
  }

  async #whatIsNew(signal: AbortSignal): Promise<Look> {
    const newest = this.lines?.[0]
    if (!newest) return this.#newest(signal, PAGE)
    const since = Math.max(newest.time - OVERLAP, this.#question.from ?? 0)
    const { lines, next } = await searchLogs({ ...this.#question, from: since, limit: HEAD }, signal)
    if (next === null) return { lines, next, since }
    // The cursor of a narrower question leads to its end only: ask the real question for a page that can go on.
    return this.#newest(signal, HEAD)
  }

  #count(look: Look): void {
    const count = countNew(this.lines ?? [], look.lines)
    this.waiting = count === 0 ? undefined : { count, more: look.since === null && look.next !== null }
  }

  /** Puts what was found last on the screen. */
  show(): void {
    const look = this.#look
    this.waiting = undefined
    if (!look) return
    this.#look = undefined
    if (look.since === null) {
      this.lines = look.lines
      this.#cursor = look.next
      this.more = look.next !== null
      return
    }
    const before = this.lines ?? []
    // An unchanged list stays the same object, so that nothing is drawn again.
    if (countNew(before, look.lines) === 0) return
    const lines = withHead(before, look.lines, look.since)
    if (lines.length > MOST) {
      this.lines = lines.slice(0, KEPT)
      this.#cursor = null
      this.more = true
    } else this.lines = lines
  }

  /** Loads the next page of older lines. */
  async older(): Promise<void> {
    const signal = this.#signal
    if (!signal || this.loadingOlder || !this.more || this.stale) return
    this.loadingOlder = true
    try {
      const last = this.lines?.at(-1)
      // Where the list was cut its cursor is gone; the time of its last line leads on.
      const place = this.#cursor !== null ? { cursor: this.#cursor } : { to: (last?.time ?? Date.now()) + 1 }
      const { lines, next } = await searchLogs({ ...this.#question, ...place, limit: PAGE }, signal)
      if (signal.aborted) return
      this.lines = withOlder(this.lines ?? [], lines)
      this.#cursor = next
      this.more = next !== null
      this.error = undefined
    } catch (error) {
      if (!signal.aborted) this.error = error as Error
    } finally {
      if (!signal.aborted) this.loadingOlder = false
    }
  }
}

/** Resolves after a while, at once when aborted; while nobody looks at the page, not before someone does. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(wake, ms)
    signal.addEventListener('abort', stop, { once: true })
    function stop() {
      clearTimeout(timer)
      resolve()
    }
    function wake() {
      if (document.hidden) document.addEventListener('visibilitychange', wake, { once: true, signal })
      else resolve()
    }
  })
}
