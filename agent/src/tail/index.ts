/**
 * Follows the files of LOG_FILES: one pass over all of them each interval, and what is new goes to `deliver`. While
 * nothing may be read the files themselves are the buffer: the passes only keep hold of them.
 */
import { stat } from 'node:fs/promises'
import type { Logger } from 'pino'
import { pause } from '../pause.ts'
import { collectLines, type TailedLine } from './collect-lines.ts'
import { copyOf } from './copies.ts'
import { discover } from './discover.ts'
import { FollowedFile, identityOf, type Rest } from './file.ts'
import { compileGlobs } from './globs.ts'

/** Each holds an open file. */
const MOST_FILES = 1_000
/** Of one file in one pass, so that a busy file does not starve the others. */
const PASS_BYTES = 1024 * 1024
/** Programs go on writing to a renamed or deleted file until they are told to open the new one, in ms. */
const GRACE_MS = 10_000
/** Deleted files with unread bytes are held so long, in ms, and so many: until they are closed they fill the disk. */
const DELETED_MS = 24 * 3_600_000
const MOST_DELETED = 100
/** A copy that has not grown for so long, in ms, while its original was not truncated, is nobody's rotation. */
const COPY_MS = 60_000
const RETRY_LIMIT_MS = 60_000
const TRUNCATED = 'A log file was truncated before it was read to its end'

export type { TailedLine }

export interface TailOptions {
  patterns: string[]
  cwd: string
  intervalMs: number
  lineBytes: number
  log: Logger
  /** ms of a clock that never jumps. */
  monotonic: () => number
  /** Epoch ms of a moment of that clock. */
  timeAt: (monotonic: number) => number
  /** False: leave what is new in the files for now. */
  mayRead: () => boolean
  /** Up to 1,000 lines or about 1 MiB. */
  deliver: (lines: TailedLine[]) => void
}

export interface Tail {
  /** From now on, a line that is appended to a file that matches is seen. */
  ready: Promise<void>
  /** Bytes that wait in the files. */
  readonly behind: number
  /** Bytes that were seen, and were gone before they could be read. */
  readonly lost: number
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
  const { log, monotonic, lineBytes } = options
  const globs = compileGlobs(options.patterns, options.cwd)
  /** In the order in which they are read. */
  const files = new Map<string, FollowedFile>()
  const arrivals = new Map<string, Arrival>()
  const stopping = new AbortController()
  let full = false
  let behind = 0
  let lost = 0
  const { takeFrom, hand } = collectLines(options.timeAt, options.deliver)

  const arrive = (path: string, fromEnd: boolean) => {
    if (!arrivals.has(path)) arrivals.set(path, { fromEnd, failures: 0, notBefore: 0 })
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
    for (const other of files.values()) {
      if (other.source === path) file.before = other
      else if (!fromEnd && other.lostAt === undefined && file.isCopyOf(other)) file.copyOf = other
    }
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

  /** Reads on in the copy what the truncated file does not hold any more. */
  async function recover(file: FollowedFile, rest: Rest, at: number) {
    const copy = await copyOf(file, rest, files, (path) => FollowedFile.open(path, true, lineBytes, at))
    if (!copy) {
      rest.lines.flush((line) => takeFrom(file)(line, at))
      lose(file, rest.size - rest.offset, TRUNCATED)
      return
    }
    await copy.look((await copy.stat()).size, at)
    copy.goOnFrom(rest, at)
    lose(file, rest.size - Math.max(copy.size, rest.offset), TRUNCATED)
    copy.source = file.source
    copy.before = file.before
    file.before = copy
    for (const each of [copy, file]) {
      files.delete(each.identity)
      files.set(each.identity, each)
    }
  }

  function lose(file: FollowedFile, bytes: number, message: string) {
    if (bytes <= 0) return
    lost += bytes
    log.warn({ path: file.path, bytes }, message)
  }

  /** What came before it in the same log has to be read first. */
  function mustWait({ before }: FollowedFile): boolean {
    return before !== undefined && files.has(before.identity) && (before.unread > 0 || mustWait(before))
  }

  /** @returns whether there is more to read right now */
  async function advance(file: FollowedFile): Promise<boolean> {
    const there = await stat(file.path).catch(() => undefined)
    const at = monotonic()
    const inPlace = there !== undefined && identityOf(there) === file.identity
    if (inPlace) file.lostAt = undefined
    else {
      file.lostAt ??= at
      if (there && globs.matches(file.path)) arrive(file.path, false)
    }
    const stats = inPlace ? there : await file.stat()
    file.deleted = stats.nlink === 0
    const rest = await file.look(stats.size, at)
    if (rest) await recover(file, rest, at)
    if (file.copyOf && (at - file.grewAt > COPY_MS || !files.has(file.copyOf.identity))) file.skipCopied()
    const waits = mustWait(file)
    if (!waits) file.before = undefined
    const taken = await file.read(options.mayRead() && !waits ? PASS_BYTES : 0, at, takeFrom(file))
    if (isDone(file, at)) await letGo(file)
    return taken === PASS_BYTES
  }

  function isDone(file: FollowedFile, at: number): boolean {
    if (file.lostAt === undefined) return file.unread === 0 && !globs.matches(file.path) // a copy beside its original
    if (file.unread === 0) return at - Math.max(file.lostAt, file.grewAt) > GRACE_MS
    return file.deleted && at - file.lostAt > DELETED_MS
  }

  async function letGo(file: FollowedFile) {
    files.delete(file.identity)
    lose(file, file.unread, 'A deleted log file was not read to its end')
    await file.close(takeFrom(file))
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
        lost += Math.max(0, file.unread)
        await file.close(takeFrom(file)).catch(() => {})
      }
    }
    const deleted = [...files.values()].filter((file) => file.deleted && file.unread > 0)
    for (const file of deleted.slice(0, -MOST_DELETED)) await letGo(file)
    behind = [...files.values()].reduce((sum, { unread }) => sum + Math.max(0, unread), 0)
    hand()
    return more
  }

  async function run() {
    while (!stopping.signal.aborted) {
      const more = await pass()
      await pause(more ? 0 : options.intervalMs, stopping.signal)
    }
  }

  const discovery = discover(globs, log, arrive)
  const ready = discovery.ready.then(welcome)
  const running = ready.then(run)

  return {
    ready,
    get behind() {
      return behind
    },
    get lost() {
      return lost
    },
    async stop() {
      stopping.abort()
      await discovery.close()
      await running
      await pass()
      for (const file of files.values()) await file.close(takeFrom(file))
      hand()
    }
  }
}
