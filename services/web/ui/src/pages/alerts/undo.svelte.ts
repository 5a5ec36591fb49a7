/** The last thing that somebody did here, and how it is undone: nothing asks before it is done. */

import { currentPath } from '../../state/location.svelte.ts'

/** An offer to undo stands there for so long, ms. */
const OFFERED = 15_000

interface Offer {
  text: string
  /** The part of the page where it was done: elsewhere nobody asks. */
  section: string
  undo: (() => Promise<unknown>) | undefined
}

const currentSection = () => currentPath().split('/')[1] ?? ''

class Undo {
  private last = $state.raw<Offer | undefined>()
  readonly offer = $derived(this.last?.section === currentSection() ? this.last : undefined)
  error = $state.raw<Error | undefined>()
  private timer: ReturnType<typeof setTimeout> | undefined

  /** Says what was done; with `undo`, offers to take it back. */
  say(text: string, undo?: () => Promise<unknown>): void {
    clearTimeout(this.timer)
    this.error = undefined
    this.last = { text, section: currentSection(), undo }
    this.timer = setTimeout(() => this.clear(), OFFERED)
  }

  /** Does something, and tells when that fails. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      this.error = undefined
      return true
    } catch (error) {
      this.error = error as Error
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
