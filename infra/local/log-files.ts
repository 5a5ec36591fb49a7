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

/** The last `count` lines, each indented; empty when there is no such file. */
export function lastLines(file: string, count: number): string {
  try {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    return lines
      .slice(-count)
      .filter((line) => line !== '')
      .map((line) => `  ${line}`)
      .join('\n')
  } catch {
    return ''
  }
}
