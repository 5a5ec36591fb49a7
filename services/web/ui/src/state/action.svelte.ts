/** Something that a person does at the server: that it is under way, why it failed, and what to do when it is done. */
export class Action {
  busy = $state(false)
  error = $state.raw<Error | undefined>()

  /** Never rejects: what went wrong is in `error`. @returns whether it went well */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    this.busy = true
    this.error = undefined
    try {
      await work()
      return true
    } catch (error) {
      this.error = error as Error
      return false
    } finally {
      this.busy = false
    }
  }
}
