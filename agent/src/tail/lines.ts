/** Splits what is read from a file into lines, whatever pieces it comes in, with bounded memory. */

export interface RawLine {
  message: string
  /** Set where the line was cut: how many bytes it really had. */
  bytes?: number
}

const NEWLINE = 0x0a
const RETURN = 0x0d

export class LineSplitter {
  readonly #limit: number
  #pieces: Buffer[] = []
  #kept = 0
  #length = 0
  #last = 0
  /** The line before was given away unfinished: a line end that follows only ends that one. */
  #gaveAway = false

  /** @param limit bytes of UTF-8 a line may have; of longer ones the rest is skipped, not stored */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** True while the start of a line waits for its end. */
  get waiting(): boolean {
    return this.#length > 0
  }

  /** `chunk` may be reused by the caller afterwards. */
  push(chunk: Buffer, emit: (line: RawLine) => void): void {
    let start = 0
    while (start < chunk.length) {
      const end = chunk.indexOf(NEWLINE, start)
      if (end < 0) {
        this.#keep(chunk.subarray(start), true)
        return
      }
      this.#keep(chunk.subarray(start, end), false)
      if (this.#length > 0 || !this.#gaveAway) emit(this.#line())
      this.#reset()
      this.#gaveAway = false
      start = end + 1
    }
  }

  /** Gives away what waits for its line end. */
  flush(emit: (line: RawLine) => void): void {
    if (!this.waiting) return
    emit(this.#line())
    this.#reset()
    this.#gaveAway = true
  }

  /** Forgets what waits: the next bytes begin a new line. */
  restart(): void {
    this.#reset()
    this.#gaveAway = false
  }

  #keep(piece: Buffer, copy: boolean): void {
    if (piece.length === 0) return
    this.#length += piece.length
    this.#last = piece[piece.length - 1] ?? 0
    // One byte over the limit: it may be a carriage return, and it tells whether a character was cut.
    const room = this.#limit + 1 - this.#kept
    if (room <= 0) return
    const kept = piece.subarray(0, room)
    this.#pieces.push(copy ? Buffer.from(kept) : kept)
    this.#kept += kept.length
  }

  #line(): RawLine {
    const bytes = this.#length - (this.#last === RETURN ? 1 : 0)
    const whole = this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces)
    const text = clean(cut(whole ?? Buffer.alloc(0), Math.min(bytes, this.#limit)))
    // What was no UTF-8 takes three bytes now where it took one.
    const message = Buffer.byteLength(text) > this.#limit ? clean(cut(Buffer.from(text), this.#limit)) : text
    return bytes > this.#limit || message !== text ? { message, bytes } : { message }
  }

  #reset(): void {
    this.#pieces = []
    this.#kept = 0
    this.#length = 0
    this.#last = 0
  }
}

/** The first `length` bytes, or up to three fewer, so that no character of UTF-8 is cut. */
function cut(bytes: Buffer, length: number): Buffer {
  let end = Math.min(length, bytes.length)
  if (end < bytes.length)
    for (let back = 0; back < 3 && end > 0 && isContinuation(bytes[end]); back += 1) end -= 1
  return bytes.subarray(0, end)
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** PostgreSQL's text cannot hold U+0000, and JSON should not hold what is no text. */
const clean = (bytes: Buffer): string => bytes.toString('utf8').replaceAll('\0', '\uFFFD')
