/** Runs one of our programs as a process of its own, as an operator would. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export interface Program {
  process: ChildProcess
  /** All that it printed so far. */
  output(): string
  /** Asks it to stop (SIGTERM) and waits until it has. @returns its exit code, or the signal that ended it */
  stop(): Promise<number | NodeJS.Signals>
}

/** @param script below the repository, for example services/ingest/src/main.ts */
export function runProgram(script: string, env: Record<string, string>, args: string[] = []): Program {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [join(ROOT, script), ...args], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals)
  return {
    process: child,
    output: () => output,
    stop() {
      child.kill('SIGTERM')
      return ended
    }
  }
}
