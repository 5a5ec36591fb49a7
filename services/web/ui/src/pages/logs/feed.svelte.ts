/** The lines of the logs page: the newest page, older ones on demand, and new lines while it is live. */
import type { FoundLine } from '@miniobserv/protocol'
import { type LogQuestion, searchLogs } from '../../api/api.ts'
import { ApiError } from '../../api/client.ts'
import { SECOND } from '../../format/time.ts'
import { withNew, withOlder } from './merge.ts'

const PAGE = 200
/** How many new lines one look brings; when there were more, the list begins anew instead of having a hole. */
const HEAD = 1000
/** How late a line may come and still be found by looking for new ones. */
const OVERLAP = 10 * SECOND
/** A list that is live for days must not grow for days. */
const MOST = 3000
/** More than an agent sends at once on a busy host: a second of its lines. */
const KEPT = 1500
/** Lines that come at nearly the same time are drawn together; when drawing takes long, what has gone by is never drawn. */
const DRAW_EVERY = 100

type Question = Omit<LogQuestion, 'limit' | 'cursor'>

export class Feed {
  /** Newest first; undefined until the first answer. */
  lines = $state.raw<readonly FoundLine[] | undefined>()
  /** How many new lines wait, because what is shown must not move. `more`: there are others that were not kept. */
  waiting = $state.raw<{ count: number; more: boolean } | undefined>()
  /** There are older lines. */
  more = $state(false)
  error = $state.raw<Error | undefined>()
  stale = $state(false)
  loadingOlder = $state(false)

  #question: Question = {}
  #cursor: string | null = null
  #waiting: readonly FoundLine[] = []
  /** What waits does not join on to what is shown: it replaces it, and goes on from there. */
  #anew: { cursor: string | null } | undefined
  #held: () => boolean = () => false
  #timer: ReturnType<typeof setTimeout> | undefined
  #settledAt = 0
  #aborter = new AbortController()

  /** Loads anew. `held` says whether what is shown must stay where it is. */
  start(question: Question, held: () => boolean): () => void {
    const aborter = new AbortController()
    this.#aborter = aborter
    this.#question = question
    this.#held = held
    this.#drop()
    this.stale = this.lines !== undefined
    this.loadingOlder = false
    void this.#load(aborter.signal)
    return () => aborter.abort()
  }

  async #load(signal: AbortSignal, failures = 0): Promise<void> {
    try {
      const { lines, next } = await searchLogs({ ...this.#question, limit: PAGE }, signal)
      if (signal.aborted) return
      this.stale = false
      this.#replace(lines, next)
      // What came while the answer was under way.
      const come = this.#waiting
      this.#waiting = []
      this.hear(come)
      this.error = undefined
    } catch (error) {
      if (signal.aborted) return
      this.stale = false
      this.error = error as Error
      if (error instanceof ApiError && !error.passing) return
      setTimeout(
        () => {
          if (!signal.aborted) void this.#load(signal, failures + 1)
        },
        Math.min(30, 2 ** failures) * SECOND
      )
    }
  }

  /** Asks for what is newer than what is here: where nothing comes by itself, or some of it may have been missed. */
  async look(): Promise<void> {
    const { signal } = this.#aborter
    const newest = this.#waiting[0] ?? this.lines?.[0]
    if (!this.lines || this.stale) return
    try {
      const since = newest && Math.max(newest.time - OVERLAP, this.#question.from ?? 0)
      const from = since === undefined ? {} : { from: since }
      const { lines, next } = await searchLogs({ ...this.#question, ...from, limit: HEAD }, signal)
      if (signal.aborted) return
      this.error = undefined
      if (next === null || since === undefined) {
        this.hear(lines)
        return
      }
      // There is more than a page between: what is shown ends where a hole would be.
      const page = await searchLogs({ ...this.#question, limit: HEAD }, signal)
      if (signal.aborted) return
      this.#anew = { cursor: page.next }
      this.#waiting = page.lines
      this.#settle()
    } catch (error) {
      if (!signal.aborted) this.error = error as Error
    }
  }

  /** Takes lines that are new, or may be. */
  hear(lines: readonly FoundLine[]): void {
    const shown = new Set(this.stale ? [] : this.lines?.map((line) => line.id))
    this.#waiting = withNew(
      this.#waiting,
      lines.filter((line) => !shown.has(line.id))
    )
    if (this.lines && !this.stale) this.#settleSoon()
  }

  #settleSoon(): void {
    const since = performance.now() - this.#settledAt
    this.#timer ??= setTimeout(() => this.#settle(), Math.max(0, DRAW_EVERY - since))
  }

  #settle(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#draw()
    this.#settledAt = performance.now()
  }

  #draw(): void {
    if (!this.#held()) {
      this.show()
      return
    }
    if (this.#waiting.length > MOST) {
      // Showing it begins anew, and older lines are then loaded from there.
      this.#waiting = this.#waiting.slice(0, KEPT)
      this.#anew = { cursor: null }
    }
    const count = this.#waiting.length
    this.waiting = count === 0 ? undefined : { count, more: this.#anew !== undefined }
  }

  /** Puts on the screen what waits. */
  show(): void {
    const [waiting, anew] = [this.#waiting, this.#anew]
    this.#drop()
    if (anew) {
      this.#replace(waiting, anew.cursor)
      return
    }
    const lines = withNew(this.lines ?? [], waiting)
    if (lines.length > MOST) this.#replace(lines.slice(0, KEPT), null)
    else this.lines = lines
  }

  #drop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#waiting = []
    this.#anew = undefined
    this.waiting = undefined
  }

  /** @param cursor where older lines go on; null: after the last of these, or nowhere where they are all there are */
  #replace(lines: readonly FoundLine[], cursor: string | null): void {
    this.lines = lines
    this.#cursor = cursor
    this.more = cursor !== null || lines.length >= KEPT
  }

  /** Loads the next page of older lines. */
  async older(): Promise<void> {
    const { signal } = this.#aborter
    if (this.loadingOlder || !this.more || this.stale) return
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
