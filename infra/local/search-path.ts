/** Looks for programs as a shell does. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Every place on `path` where a program of this name lies, in order. */
export function findOnPath(name: string, path: string | undefined): string[] {
  const directories = (path ?? '').split(delimiter).filter((directory) => directory !== '')
  return directories.map((directory) => join(directory, name)).filter(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
