/** The log files of the programs that run here: bounded, and their last lines for messages. */
import { copyFileSync, readFileSync, statSync, truncateSync } from 'node:fs'

const MAX_BYTES = 10 * 1024 * 1024

/**
 * Keeps a log file under its size: what is in it moves to `<file>.1`, over the one before. The file is emptied, not
 * renamed, because its program holds it open, always writing at the end.
 */
export function rotate(file: string, maxBytes = MAX_BYTES): void {
  try {
    if (statSync(file).size <= maxBytes) return
    copyFileSync(file, `${file}.1`)
    truncateSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** How much is in the file now, bytes. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

/** The last `count` lines of what came after the first `from` bytes, each indented; empty when there is none. */
export function lastLines(file: string, count: number, from = 0): string {
  if (sizeOf(file) === 0) return ''
  const bytes = readFileSync(file)
  const lines = bytes
    .subarray(from <= bytes.length ? from : 0)
    .toString('utf8')
    .trimEnd()
    .split('\n')
  return lines
    .slice(-count)
    .filter((line) => line !== '')
    .map((line) => `  ${line}`)
    .join('\n')
}
