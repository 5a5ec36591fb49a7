/** What must be there for a process to do its work, each by name. */
import { within } from './within.ts'

/** Throws, or rejects, with what is missing. */
export type Check = () => Promise<unknown>

/** Named readiness checks; services add theirs. */
export class Checks {
  readonly #checks = new Map<string, Check>()
  #stopping = false

  add(name: string, check: Check): void {
    this.#checks.set(name, check)
  }

  /** From now on not ready: a load balancer sends nothing more while the last requests are finished. */
  stop(): void {
    this.#stopping = true
  }

  /** What is missing, as `name: why`; nothing when ready. A check that takes over two seconds counts as failed. */
  async missing(): Promise<string[]> {
    if (this.#stopping) return ['process: is stopping']
    const failed = await Promise.all(
      [...this.#checks].map(async ([name, check]) => {
        try {
          await within(2_000, check())
          return []
        } catch (error) {
          return [`${name}: ${(error as Error).message || (error as { code?: string }).code || 'failed'}`]
        }
      })
    )
    return failed.flat()
  }
}
