/** What every benchmark of the whole server does: a directory of its own, all of it undone, figures as a table or JSON. */
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { listenForStop } from '../local/stop-request.ts'
import { clearLeftoverRuns, makeRunDirectory } from '../testkit/leftover-runs.ts'

export interface Bench {
  home: string
  note(text: string): void
  /** To be done at the end, last first, however it ends. */
  defer(step: () => unknown): void
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
}

export interface Result {
  passed: boolean
  /** By what they measure; a group of figures has a name of its own. */
  figures: Record<string, number | string | Record<string, number | string>>
  remarks?: string[]
}

/** One benchmark of `npm run bench`. */
export interface Benchmark {
  summary: string
  /** Its flags, all of which take a value. */
  options: Record<string, { default: string; help: string }>
  run(flags: Record<string, string>, bench: Bench): Promise<Result>
}

/** Runs `work`, prints what it found, and sets the exit code. */
export async function benchmark(json: boolean, work: (bench: Bench) => Promise<Result>): Promise<void> {
  const stop = listenForStop(() => process.exit(130))
  const over = new AbortController()
  const signal = AbortSignal.any([stop.signal, over.signal])
  const began = performance.now()
  const note = (text: string) =>
    console.error(`${((performance.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${text}`)
  await clearLeftoverRuns()
  const home = makeRunDirectory()
  const undo = new AsyncDisposableStack()
  undo.defer(() => rmSync(home, { recursive: true, force: true }))
  try {
    const result = await work({
      home,
      note,
      signal,
      defer: (step) => undo.defer(async () => void (await step()))
    })
    signal.throwIfAborted()
    print(result, json)
    process.exitCode = result.passed ? 0 : 1
  } catch (error) {
    console.error(stop.signal.aborted ? 'Stopped.' : error)
    process.exitCode = stop.signal.aborted ? 130 : 1
  } finally {
    over.abort()
    await undo.disposeAsync()
  }
}

function print({ passed, figures, remarks = [] }: Result, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ passed, ...figures, remarks }))
    return
  }
  for (const [name, figure] of Object.entries(figures)) {
    const shown =
      typeof figure === 'object'
        ? Object.entries(figure)
            .map(([part, value]) => `${part} ${value}`)
            .join(', ')
        : figure
    console.log(`  ${name.padEnd(34)} ${shown}`)
  }
  for (const remark of remarks) console.log(`  ${remark}`)
}

/** Waits; shorter when it is aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined)

/** @throws when it is not so after `within` ms, or was aborted */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  within: number,
  signal: AbortSignal
): Promise<void> {
  for (const deadline = performance.now() + within; !(await isSo()); await pause(50, signal)) {
    signal.throwIfAborted()
    if (performance.now() > deadline) throw new Error(`still waiting after ${Math.round(within / 1_000)} s`)
  }
}

/** Resolves when what listens there says that it is ready. */
export const untilReady = (address: string, signal: AbortSignal): Promise<void> =>
  until(
    () =>
      fetch(`${address}/readyz`).then(
        ({ ok }) => ok,
        () => false
      ),
    60_000,
    signal
  )
