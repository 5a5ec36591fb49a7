/** What LOG_FILES means: where to watch, which files match, and which directories cannot hold any that do. */
import { dirname, relative, resolve, sep } from 'node:path'
import picomatch from 'picomatch'

/** Compressed or not made of lines: what usually lies beside logs and matches `*` too. */
const NOT_TEXT = /\.(gz|xz|zst|bz2|lz4|zip|tgz|journal|journal~|swp)$|\/(wtmp|btmp|lastlog|faillog|tallylog)$/
/** Not on any disk, and endless. */
const PSEUDO = /^\/(proc|sys|dev)(\/|$)/

export interface Globs {
  /** The directories that hold everything that can match. */
  bases: string[]
  matches(path: string): boolean
  /** Whether a directory can have a matching file somewhere below; only asked within a base. */
  mayHold(directory: string): boolean
}

const OPTIONS: picomatch.PicomatchOptions = { windows: sep === '\\' }

/** @param patterns globs, absolute or below `cwd`; one that begins with `!` leaves files out */
export function compileGlobs(patterns: string[], cwd: string): Globs {
  const absolute = (pattern: string) => (OPTIONS.windows ? pattern : resolve(cwd, pattern))
  const included = patterns
    .filter((pattern) => !pattern.startsWith('!'))
    .map((each) => compile(absolute(each)))
  const excluded = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => picomatch(absolute(pattern.slice(1)), OPTIONS))
  return {
    bases: [...new Set(included.map(({ base }) => base))],
    matches: (path) =>
      !NOT_TEXT.test(path) &&
      included.some(({ matches }) => matches(path)) &&
      !excluded.some((matches) => matches(path)),
    mayHold: (directory) => included.some(({ mayHold }) => mayHold(directory))
  }
}

function compile(pattern: string) {
  const { base: start, glob } = picomatch.scan(pattern)
  const base = glob === '' ? dirname(pattern) : start || sep
  const parts = glob === '' ? [] : glob.split('/')
  // A brace or bracket may hold a slash: then the parts say nothing about the directories.
  const plain = !/[{(]/.test(glob)
  const matchers = parts.map((part) => (part === '**' ? undefined : picomatch(part, OPTIONS)))

  function mayHold(directory: string): boolean {
    const path = relative(base, directory)
    if (path === '') return true
    if (path.startsWith('..')) return false
    if (PSEUDO.test(directory) && !PSEUDO.test(base)) return false
    const names = path.split(sep)
    if (!plain) return true
    for (const [index, name] of names.entries()) {
      if (index >= matchers.length - 1) return false // deeper than the pattern
      const matcher = matchers[index]
      if (!matcher) return names.slice(index).every((rest) => !rest.startsWith('.')) // `**` enters no dot directory
      if (!matcher(name)) return false
    }
    return true
  }
  return { base, matches: picomatch(pattern, OPTIONS), mayHold }
}
