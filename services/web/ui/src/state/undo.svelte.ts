/** The last thing that somebody did here, and how it is undone: nothing asks before it is done. */
import { currentPath } from './location.svelte.ts'

/** An offer to undo stands there for so long, ms. */
const OFFERED = 15_000

interface Offer {
  text: string
  undo: (() => Promise<unknown>) | undefined
}

const currentSection = () => currentPath().split('/')[1] ?? ''

class Undo {
  /** What came of the last thing, and in which part of the page that was: elsewhere nobody asks. */
  private last = $state.raw<{ section: string; offer?: Offer; error?: Error } | undefined>()
  private readonly here = $derived(this.last?.section === currentSection() ? this.last : undefined)
  readonly offer = $derived(this.here?.offer)
  readonly error = $derived(this.here?.error)
  private timer: ReturnType<typeof setTimeout> | undefined

  /** Says what was done; with `undo`, offers to take it back. */
  say(text: string, undo?: () => Promise<unknown>): void {
    clearTimeout(this.timer)
    this.last = { section: currentSection(), offer: { text, undo } }
    this.timer = setTimeout(() => this.clear(), OFFERED)
  }

  /** Does something, and tells when that fails. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      if (this.last?.error) this.clear()
      return true
    } catch (error) {
      clearTimeout(this.timer)
      this.last = { section: currentSection(), error: error as Error }
      return false
    }
  }

  async take(): Promise<void> {
    const undo = this.offer?.undo
    this.clear()
    if (undo) await this.attempt(undo)
  }

  clear(): void {
    clearTimeout(this.timer)
    this.last = undefined
  }
}

export const undo = new Undo()
