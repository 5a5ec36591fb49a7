/** A program that runs beside the one that starts it: PostgreSQL, Redis, the server, the agent. */
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, rotate, sizeOf } from './log-files.ts'
import { identityOf } from './process-identity.ts'

export interface ProgramOptions {
  /** Names its log, `logs/<name>.log`, and its record, `run/<name>.json`. */
  name: string
  /** The directory of all that is kept, absolute. */
  home: string
  command: string
  args: string[]
  env?: NodeJS.ProcessEnv
  cwd?: string
  argv0?: string
  /** Runs as this user instead; for root only. */
  account?: { uid: number; gid: number } | undefined
  stopSignal?: NodeJS.Signals
  /** What ends it at once, without losing what it has confirmed. */
  hurrySignal?: NodeJS.Signals
  /** How long a stop may take before the hurry signal is sent, ms. */
  grace?: number
}

export interface Program {
  name: string
  pid: number
  log: string
  /** Where in its log this run begins, bytes. */
  logStart: number
  /** Resolves when it has ended, with how: `exit code 1`, `signal SIGKILL`. */
  ended: Promise<string>
  stop(): Promise<void>
  hurry(): void
}

/**
 * Starts a program in a process group of its own, so that a terminal's Ctrl-C reaches only the starter, which then
 * stops its programs in the right order. Its output goes straight to its log file, so that it does not depend on the
 * starter. A record of it lets the next start find what a killed one left behind (leftovers.ts).
 */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { name, home, command, args, account, stopSignal = 'SIGTERM', hurrySignal = 'SIGKILL' } = options
  const log = join(home, 'logs', `${name}.log`)
  const record = join(home, 'run', `${name}.json`)
  mkdirSync(join(home, 'logs'), { recursive: true })
  mkdirSync(join(home, 'run'), { recursive: true })
  rotate(log)
  const logStart = sizeOf(log)
  const output = openSync(log, 'a', 0o600)
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', output, output],
    env: options.env ?? process.env,
    ...(options.cwd ? { cwd: options.cwd } : {}),
    ...(options.argv0 ? { argv0: options.argv0 } : {}),
    ...account
  })
  closeSync(output)
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      rmSync(record, { force: true })
      resolve(signal ? `signal ${signal}` : `exit code ${code}`)
    })
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) => reject(new Error(`${command} cannot be started: ${error.message}`)))
  })
  const pid = child.pid as number
  if (child.exitCode === null && child.signalCode === null) {
    writeFileSync(record, JSON.stringify({ pid, identity: identityOf(pid), stopSignal }), { mode: 0o600 })
  }
  const hurry = () => {
    child.kill(hurrySignal)
  }
  const stop = async () => {
    child.kill(stopSignal)
    const impatient = setTimeout(hurry, options.grace ?? 10_000)
    const hopeless = setTimeout(() => child.kill('SIGKILL'), (options.grace ?? 10_000) + 5_000)
    await ended
    clearTimeout(impatient)
    clearTimeout(hopeless)
  }
  return { name, pid, log, logStart, ended, stop, hurry }
}

/**
 * Asks `ready` again and again until it answers true.
 *
 * @throws with the last lines of its log when the program ends first, or when `within` ms have passed.
 */
export async function untilReady(
  program: Program,
  ready: () => Promise<boolean>,
  within = 60_000
): Promise<void> {
  let ending: string | undefined
  program.ended.then((how) => {
    ending = how
  })
  const deadline = performance.now() + within
  while (!(await ready())) {
    if (ending) throw new Error(`${program.name} ended at its start (${ending}).\n${logOf(program)}`)
    if (performance.now() > deadline) {
      await program.stop()
      throw new Error(`${program.name} was not ready after ${within / 1000} s.\n${logOf(program)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** The last lines that a program has logged, under a line that names the file; for messages. */
export function logOf({ log, logStart }: Program): string {
  const lines = lastLines(log, 15, logStart)
  return lines === '' ? `It has written nothing to ${log}.` : `The last lines of ${log}:\n${lines}`
}
