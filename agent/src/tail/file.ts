/** One followed file: remembers by its open handle how far it was read, whatever happens to its name. */
import type { Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { Growth } from './growth.ts'
import { LineSplitter, type RawLine } from './lines.ts'

/** An unfinished line is given away after this, in ms: some programs write the line end only with the next line. */
const HOLD_MS = 3_000
/** Files with the same first KiB are copies of each other. */
const HEAD_BYTES = 1024
/** Of a file that is shorter than that, its whole beginning; but not less. */
const LEAST_HEAD_BYTES = 64
const CHUNK_BYTES = 64 * 1024
/** All reads go through this one: they never overlap, since a pass reads file after file. */
const chunk = Buffer.allocUnsafe(CHUNK_BYTES)

export const identityOf = (stats: Stats): string => `${stats.dev}:${stats.ino}`

/** Takes a line that was written `at`, monotonic ms. */
export type Emit = (line: RawLine, at: number) => void

/** What a truncation took from a file; a copy of it (logrotate's copytruncate) may still have it. */
export interface Rest {
  head: Buffer
  /** How far it was read, and how large it had been seen. */
  offset: number
  size: number
  lines: LineSplitter
  growth: Growth
}

export class FollowedFile {
  /** Device and inode: an open file's inode is not given to another. */
  readonly identity: string
  /** Where it was found; stays the source of its lines when it is renamed. */
  source: string
  /** Where it is now, as far as known. */
  path: string
  /** Monotonic ms since which `path` leads elsewhere or nowhere. */
  lostAt: number | undefined
  /** No name leads to it any more: when it is closed, its lines are gone. */
  deleted = false
  /** When it last grew, monotonic ms. */
  grewAt: number
  /** The same log before it was rotated: to be read to its end first. */
  before: FollowedFile | undefined
  /** This file begins like that one, which may be about to be truncated: who of the two is read on is not clear yet. */
  copyOf: FollowedFile | undefined
  /** The time of its last line, epoch ms. */
  time = -Infinity
  /** How far it was read, and how large it was when last looked at. */
  offset: number
  size: number
  readonly #handle: FileHandle
  readonly #lineBytes: number
  #lines: LineSplitter
  #growth = new Growth()
  #head: Buffer = Buffer.alloc(0)

  private constructor(
    path: string,
    handle: FileHandle,
    stats: Stats,
    offset: number,
    limit: number,
    at: number
  ) {
    this.identity = identityOf(stats)
    this.source = path
    this.path = path
    this.offset = offset
    this.size = offset
    this.grewAt = at
    this.#handle = handle
    this.#lineBytes = limit
    this.#lines = new LineSplitter(limit)
  }

  /**
   * @param fromEnd skip what it holds now
   * @param lineBytes where longer lines are cut
   * @returns undefined where it is no regular file
   */
  static async open(
    path: string,
    fromEnd: boolean,
    lineBytes: number,
    at: number
  ): Promise<FollowedFile | undefined> {
    const handle = await open(path, 'r')
    const stats = await handle.stat()
    if (!stats.isFile()) {
      await handle.close()
      return undefined
    }
    const file = new FollowedFile(path, handle, stats, fromEnd ? stats.size : 0, lineBytes, at)
    await file.#readHead() // now: after a truncation it is too late
    return file
  }

  /** Bytes that wait to be read. */
  get unread(): number {
    return this.copyOf ? 0 : this.size - this.offset
  }

  stat(): Promise<Stats> {
    return this.#handle.stat()
  }

  /** Whether this begins as another file did of which `head` was the beginning. */
  beginsWith(head: Buffer): boolean {
    return head.length >= LEAST_HEAD_BYTES && this.#head.subarray(0, head.length).equals(head)
  }

  /** Whether this is, up to now, a copy of another; only told of files of a KiB and more. */
  isCopyOf(other: FollowedFile): boolean {
    return other.#head.length === HEAD_BYTES && this.beginsWith(other.#head)
  }

  /**
   * Takes in how large the file is now.
   *
   * @returns where it was truncated, what that took; the file goes on from its beginning
   */
  async look(size: number, at: number): Promise<Rest | undefined> {
    const rest = size < this.size && !this.copyOf ? this.#truncated() : undefined
    if (size !== this.size) {
      this.#growth.note(size, at)
      this.size = size
      this.grewAt = at
      if (this.#head.length < HEAD_BYTES) await this.#readHead()
    }
    return rest
  }

  /** Reads on, up to `budget` bytes; returns how many it were. */
  async read(budget: number, at: number, emit: Emit): Promise<number> {
    let taken = 0
    while (taken < budget && this.unread > 0) {
      const grown = this.#growth.after(this.offset) ?? { end: this.size, at }
      const wanted = Math.min(CHUNK_BYTES, budget - taken, grown.end - this.offset)
      const { bytesRead } = await this.#handle.read(chunk, 0, wanted, this.offset)
      if (bytesRead === 0) break
      this.#lines.push(chunk.subarray(0, bytesRead), (line) => emit(line, grown.at))
      this.offset += bytesRead
      taken += bytesRead
    }
    if (this.unread === 0 && at - this.grewAt >= HOLD_MS) this.flush(emit)
    return taken
  }

  /** Gives away the line that waits for its end. */
  flush(emit: Emit): void {
    this.#lines.flush((line) => emit(line, this.grewAt))
  }

  /** This is the copy: goes on where the truncated file was read to. Whatever else it holds was written until `at`. */
  goOnFrom(rest: Rest, at: number): void {
    this.copyOf = undefined
    this.offset = rest.offset
    this.#lines = rest.lines
    this.#growth = rest.growth
    if (this.size > rest.size) this.#growth.note(this.size, at)
  }

  /** This is a copy that somebody made for himself: all that it holds is known. */
  skipCopied(): void {
    this.copyOf = undefined
    this.offset = this.size
  }

  async close(emit: Emit): Promise<void> {
    this.flush(emit)
    await this.#handle.close()
  }

  #truncated(): Rest {
    const { offset, size } = this
    const rest = { head: this.#head, offset, size, lines: this.#lines, growth: this.#growth }
    this.offset = 0
    this.size = 0
    this.#lines = new LineSplitter(this.#lineBytes)
    this.#growth = new Growth()
    this.#head = Buffer.alloc(0)
    return rest
  }

  async #readHead(): Promise<void> {
    const bytes = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await this.#handle.read(bytes, 0, HEAD_BYTES, 0)
    this.#head = bytes.subarray(0, bytesRead)
  }
}
