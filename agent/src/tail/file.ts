/** One followed file: remembers by its open handle how far it was read, whatever happens to its name. */
import type { Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { LineSplitter, type RawLine } from './lines.ts'

/** An unfinished line is given away after this, in ms: some programs write the line end only with the next line. */
const HOLD_MS = 3_000
/** Files with the same first KiB are copies of each other. */
const HEAD_BYTES = 1024
const CHUNK_BYTES = 64 * 1024
/** All reads go through this one: they never overlap, since a pass reads file after file. */
const chunk = Buffer.allocUnsafe(CHUNK_BYTES)

export const identityOf = (stats: Stats): string => `${stats.dev}:${stats.ino}`

/** The first bytes of a file and how far it was read: what a copy of it needs to know. */
export interface Head {
  bytes: Buffer
  offset: number
}

export class FollowedFile {
  /** Device and inode: an open file's inode is not given to another. */
  readonly identity: string
  /** Where it was found; stays the source of its lines when it is renamed. */
  readonly source: string
  /** Where it is now, as far as known. */
  path: string
  /** Monotonic ms since which `path` leads elsewhere or nowhere. */
  lostAt: number | undefined
  /** When it last grew, monotonic ms. */
  grewAt: number
  offset: number
  readonly #handle: FileHandle
  readonly #lines: LineSplitter
  #head: Head | undefined
  /** Before the last truncation. */
  #pastHead: Head | undefined
  /** The file is not there yet up to `offset`, since a copy of another is still being written. */
  #filling = false

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
    this.grewAt = at
    this.#handle = handle
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
    await file.heads() // now: after a truncation it is too late
    return file
  }

  stat(): Promise<Stats> {
    return this.#handle.stat()
  }

  /** The first KiB and how far it was read; for a truncated file what they were before that, too. */
  async heads(): Promise<Head[]> {
    if (this.#head === undefined || this.#head.bytes.length < HEAD_BYTES) {
      const bytes = Buffer.alloc(HEAD_BYTES)
      const { bytesRead } = await this.#handle.read(bytes, 0, HEAD_BYTES, 0)
      this.#head = { bytes: bytes.subarray(0, bytesRead), offset: this.offset }
    }
    this.#head.offset = this.offset
    return this.#pastHead ? [this.#head, this.#pastHead] : [this.#head]
  }

  /** If this is a copy of a file that is followed (logrotate's copytruncate), goes on where that one was read to. */
  async skipCopied(others: Iterable<FollowedFile>): Promise<void> {
    const own = (await this.heads())[0]
    if (own === undefined || own.bytes.length < HEAD_BYTES) return
    for (const other of others) {
      if (other === this) continue
      const copied = (await other.heads()).find(({ bytes }) => bytes.equals(own.bytes))
      if (!copied) continue
      this.offset = copied.offset
      this.#filling = true
      return
    }
  }

  /**
   * Reads on, up to `budget` bytes.
   *
   * @param size of the file now
   * @returns how many bytes were read
   */
  async read(size: number, budget: number, at: number, emit: (line: RawLine) => void): Promise<number> {
    if (size >= this.offset) this.#filling = false
    else if (!this.#filling) this.#truncated(emit)
    let taken = 0
    while (taken < budget && this.offset < size) {
      const wanted = Math.min(CHUNK_BYTES, budget - taken, size - this.offset)
      const { bytesRead } = await this.#handle.read(chunk, 0, wanted, this.offset)
      if (bytesRead === 0) break
      this.#lines.push(chunk.subarray(0, bytesRead), emit)
      this.offset += bytesRead
      taken += bytesRead
    }
    if (taken > 0) {
      this.grewAt = at
      await this.heads()
    } else if (at - this.grewAt >= HOLD_MS) this.#lines.flush(emit)
    return taken
  }

  async close(emit: (line: RawLine) => void): Promise<void> {
    this.#lines.flush(emit)
    await this.#handle.close()
  }

  /** What waited for its line end is all there will ever be of that line. */
  #truncated(emit: (line: RawLine) => void): void {
    this.#lines.flush(emit)
    this.#lines.restart()
    this.#pastHead = this.#head && { ...this.#head, offset: this.offset }
    this.#head = undefined
    this.offset = 0
  }
}
