/** Follows the files of LOG_FILES: one pass over all of them each interval, and what is new goes to `deliver`. */
import { stat } from 'node:fs/promises'
import type { Logger } from 'pino'
import { pause } from '../pause.ts'
import { discover } from './discover.ts'
import { FollowedFile, identityOf } from './file.ts'
import { compileGlobs } from './globs.ts'
import type { RawLine } from './lines.ts'

/** Each holds an open file. */
const MOST_FILES = 1_000
/** Of one file in one pass, so that a busy file does not starve the others. */
const PASS_BYTES = 1024 * 1024
/** Programs go on writing to a renamed or deleted file until they are told to open the new one, in ms. */
const GRACE_MS = 10_000
/** For a lost file with unread bytes: an open file that was deleted still fills the disk. */
const UNREAD_GRACE_MS = 60_000
const RETRY_LIMIT_MS = 60_000
const BATCH_LINES = 1_000
const BATCH_BYTES = 1024 * 1024

export interface TailedLine extends RawLine {
  source: string
}

export interface TailOptions {
  patterns: string[]
  cwd: string
  intervalMs: number
  lineBytes: number
  log: Logger
  /** ms of a clock that never jumps. */
  monotonic: () => number
  /** False: leave what is new in the files for now. */
  mayRead: () => boolean
  /** Up to 1,000 lines or about 1 MiB. */
  deliver: (lines: TailedLine[]) => void
}

export interface Tail {
  /** From now on, a line that is appended to a file that matches is seen. */
  ready: Promise<void>
  /** Reads what is there once more, delivers it and closes the files. */
  stop(): Promise<void>
}

interface Arrival {
  fromEnd: boolean
  failures: number
  /** Monotonic ms. */
  notBefore: number
}

export function startTail(options: TailOptions): Tail {
  const { log, monotonic, lineBytes, deliver } = options
  const files = new Map<string, FollowedFile>()
  const arrivals = new Map<string, Arrival>()
  const stopping = new AbortController()
  let full = false
  let pending: TailedLine[] = []
  let pendingBytes = 0

  const arrive = (path: string, fromEnd: boolean) => {
    if (!arrivals.has(path)) arrivals.set(path, { fromEnd, failures: 0, notBefore: 0 })
  }

  function hand() {
    if (pending.length > 0) deliver(pending)
    pending = []
    pendingBytes = 0
  }

  const take = (source: string) => (line: RawLine) => {
    pending.push({ source, ...line })
    pendingBytes += line.message.length
    if (pending.length >= BATCH_LINES || pendingBytes >= BATCH_BYTES) hand()
  }

  async function follow(path: string, { fromEnd }: Arrival) {
    const identity = identityOf(await stat(path))
    const known = files.get(identity)
    if (known) {
      if (known.path === path) return
      const other = await stat(known.path).catch(() => undefined)
      if (other && identityOf(other) === identity) return // a second name of the same file
      // Renamed to another name that matches: read on, not again. What takes the old name is new.
      arrive(known.path, false)
      known.path = path
      return
    }
    if (files.size >= MOST_FILES) {
      if (!full)
        log.warn({ files: MOST_FILES }, 'LOG_FILES matches too many files; the others are not followed')
      full = true
      return
    }
    const file = await FollowedFile.open(path, fromEnd, lineBytes, monotonic())
    if (!file) return
    if (!fromEnd) await file.skipCopied(files.values())
    files.set(file.identity, file)
  }

  async function welcome() {
    for (const [path, arrival] of [...arrivals]) {
      if (arrival.notBefore > monotonic()) continue
      try {
        arrivals.delete(path)
        await follow(path, arrival)
      } catch (error) {
        const failures = arrival.failures + 1
        const { code } = error as NodeJS.ErrnoException
        // Missing for good, or between the two steps of a rotation.
        if (code === 'ENOENT' && failures > 5) continue
        // At once after it was made, a file may not have its owner yet.
        if (code !== 'ENOENT' && failures === 3) log.warn({ path, code }, 'A log file cannot be read')
        const wait = Math.min(RETRY_LIMIT_MS, options.intervalMs * 2 ** failures)
        arrivals.set(path, { ...arrival, failures, notBefore: monotonic() + wait })
      }
    }
  }

  /** @returns whether there is more to read right now */
  async function advance(file: FollowedFile): Promise<boolean> {
    const there = await stat(file.path).catch(() => undefined)
    const at = monotonic()
    const inPlace = there !== undefined && identityOf(there) === file.identity
    if (inPlace) file.lostAt = undefined
    else {
      file.lostAt ??= at
      if (there) arrive(file.path, false)
    }
    const { size } = inPlace ? there : await file.stat()
    const budget = options.mayRead() ? PASS_BYTES : 0
    const taken = await file.read(size, budget, at, take(file.source))
    const grace = file.offset < size ? UNREAD_GRACE_MS : GRACE_MS
    if (file.lostAt !== undefined && at - Math.max(file.lostAt, file.grewAt) > grace) {
      files.delete(file.identity)
      await file.close(take(file.source))
    }
    return taken === PASS_BYTES
  }

  async function pass(): Promise<boolean> {
    let more = false
    await welcome()
    for (const file of files.values()) {
      try {
        if (await advance(file)) more = true
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException
        log.warn({ path: file.path, code, detail: message }, 'A log file cannot be read on')
        files.delete(file.identity)
        await file.close(take(file.source)).catch(() => {})
      }
    }
    hand()
    return more
  }

  async function run() {
    while (!stopping.signal.aborted) {
      const more = await pass()
      await pause(more ? 0 : options.intervalMs, stopping.signal)
    }
  }

  const discovery = discover(compileGlobs(options.patterns, options.cwd), log, arrive)
  const ready = discovery.ready.then(welcome)
  const running = ready.then(run)

  return {
    ready,
    async stop() {
      stopping.abort()
      await discovery.close()
      await running
      await pass()
      for (const file of files.values()) await file.close(take(file.source))
      hand()
    }
  }
}
