/** The last thing that somebody did here, and how it is undone: nothing asks before it is done. */

/** An offer to undo stands there for so long, ms. */
const OFFERED = 15_000

interface Offer {
  text: string
  undo: (() => Promise<unknown>) | undefined
}

class Undo {
  offer = $state.raw<Offer | undefined>()
  error = $state.raw<Error | undefined>()
  private timer: ReturnType<typeof setTimeout> | undefined

  /** Says what was done; with `undo`, offers to take it back. */
  say(text: string, undo?: () => Promise<unknown>): void {
    clearTimeout(this.timer)
    this.error = undefined
    this.offer = { text, undo }
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
    this.offer = undefined
  }
}

export const undo = new Undo()
