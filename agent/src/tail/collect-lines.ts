/** Puts the lines of all files together, each with its source and time, and hands them on in batches. */
import type { Emit, FollowedFile } from './file.ts'
import type { RawLine } from './lines.ts'

const BATCH_LINES = 1_000
const BATCH_BYTES = 1024 * 1024
/** The clock may be corrected: the lines of a file go back in time by more than this, in ms, or not at all. */
const BACK_MS = 60_000

export interface TailedLine extends RawLine {
  source: string
  /** When it was written, epoch ms. */
  time: number
}

/**
 * @param timeAt epoch ms of a moment of the monotonic clock
 * @param deliver takes up to 1,000 lines or about 1 MiB
 */
export function collectLines(timeAt: (monotonic: number) => number, deliver: (lines: TailedLine[]) => void) {
  let pending: TailedLine[] = []
  let bytes = 0

  function hand() {
    if (pending.length > 0) deliver(pending)
    pending = []
    bytes = 0
  }

  const takeFrom =
    (file: FollowedFile): Emit =>
    (line, at) => {
      const time = timeAt(at)
      file.time = file.time - time > BACK_MS ? time : Math.max(file.time, time)
      pending.push({ source: file.source, time: file.time, ...line })
      bytes += line.message.length
      if (pending.length >= BATCH_LINES || bytes >= BATCH_BYTES) hand()
    }

  return { takeFrom, hand }
}
