/** Finds the files that match LOG_FILES, those that are there and those that come; `index.ts` then follows them. */
import type { Stats } from 'node:fs'
import { watch } from 'chokidar'
import type { Logger } from 'pino'
import type { Globs } from './globs.ts'

/** The kernel's watches are a shared and limited good (8,192 on small machines): one is needed for each directory. */
const MOST_DIRECTORIES = 2_000

export interface Discovery {
  /** The files that were there at the start have all been found. */
  ready: Promise<void>
  close(): Promise<void>
}

/** @param found called with each matching file; `existing` where it was there at the start */
export function discover(
  globs: Globs,
  log: Logger,
  found: (path: string, existing: boolean) => void
): Discovery {
  let started = false
  let directories = 0
  const complained = new Set<string>()
  const complainOnce = (key: string, members: object, message: string) => {
    if (!complained.has(key)) log.warn(members, message)
    complained.add(key)
  }

  function ignored(path: string, stats?: Stats): boolean {
    if (stats?.isFile()) return !globs.matches(path)
    if (stats && !stats.isDirectory()) return !stats.isSymbolicLink()
    // Before its kind is known, a path goes on as soon as either kind could be of use.
    if (!globs.mayHold(path)) return stats !== undefined || !globs.matches(path)
    if (stats === undefined || directories < MOST_DIRECTORIES || globs.bases.includes(path)) return false
    const limit = { directories: MOST_DIRECTORIES, firstLeftOut: path }
    complainOnce('directories', limit, 'LOG_FILES spans too many directories; the others are not watched')
    return true
  }

  const watcher = watch(globs.bases, { ignored, atomic: false })
  const { promise: ready, resolve: setReady } = Promise.withResolvers<void>()
  watcher.once('ready', () => {
    started = true
    setReady()
  })
  watcher.on('addDir', () => {
    directories += 1
  })
  watcher.on('unlinkDir', () => {
    directories -= 1
  })
  watcher.on('add', (path) => {
    if (globs.matches(path)) found(path, !started)
  })
  watcher.on('error', (thrown) => {
    const error = thrown as NodeJS.ErrnoException
    const members = { code: error.code, path: error.path, detail: error.message }
    complainOnce(`${error.code} ${error.path}`, members, 'Part of LOG_FILES cannot be watched')
  })
  return {
    ready,
    close() {
      setReady() // nobody shall wait for what will not come
      return watcher.close()
    }
  }
}
