/** Keeps one program running, as an operator's systemd would, whatever is done to it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Program } from '../../local/program.ts'
import { killOne, killTree, signal } from './kill.ts'

export const KINDS = ['ingest', 'writer', 'redis', 'postgres'] as const
export type Kind = (typeof KINDS)[number]

export interface Supervised {
  readonly name: string
  readonly kind: Kind
  /** Started, and nothing has been done to it since. */
  readonly up: boolean
  readonly pid: number | undefined
  /** kill -9; started again after `downMs`. */
  kill(downMs: number): Promise<void>
  /** Stopped in an orderly way; started again after `downMs`. */
  stopFor(downMs: number): Promise<void>
  /** Halted (SIGSTOP) for a while: alive to everybody, and doing nothing. */
  stall(forMs: number): Promise<void>
  /** Stops it for good. */
  end(): Promise<void>
}

export interface SuperviseOptions {
  name: string
  kind: Kind
  start(): Promise<Program>
  /** It ended by itself, or could not be started. */
  onTrouble(what: string): void
}

const RESTART_MS = 500

/** Resolves when the program has started once; @throws what the first start throws */
export async function supervise({ name, kind, start, onTrouble }: SuperviseOptions): Promise<Supervised> {
  const ending = new AbortController()
  let program: Program | undefined
  let launching: Promise<void> = Promise.resolve()
  const wait = (ms: number) => sleep(ms, undefined, { signal: ending.signal }).catch(() => {})

  async function launch(): Promise<void> {
    const mine = await start()
    program = mine
    void mine.ended.then((how) => {
      if (program !== mine) return // it was ended from here
      program = undefined
      if (ending.signal.aborted) return
      onTrouble(`${name} ended by itself (${how})`)
      relaunch(RESTART_MS)
    })
  }

  function relaunch(afterMs: number): Promise<void> {
    launching = wait(afterMs).then(async () => {
      while (!ending.signal.aborted) {
        try {
          return await launch()
        } catch (error) {
          onTrouble(`${name} did not start: ${(error as Error).message}`)
          await wait(RESTART_MS)
        }
      }
    })
    return launching
  }

  await launch()
  return {
    name,
    kind,
    get up() {
      return program !== undefined
    },
    get pid() {
      return program?.pid
    },
    async kill(downMs) {
      const victim = program
      if (!victim) return
      program = undefined
      if (kind === 'postgres') await killTree(victim.pid)
      else killOne(victim.pid)
      await victim.ended
      await relaunch(downMs)
    },
    async stopFor(downMs) {
      const victim = program
      if (!victim) return
      program = undefined
      await victim.stop()
      await relaunch(downMs)
    },
    async stall(forMs) {
      const victim = program
      if (!victim) return
      signal(victim.pid, 'SIGSTOP')
      await wait(forMs)
      if (program === victim) signal(victim.pid, 'SIGCONT')
    },
    async end() {
      ending.abort()
      await launching
      if (!program) return
      signal(program.pid, 'SIGCONT')
      await program.stop()
    }
  }
}
