/** Finds what rotation by copying (logrotate's copytruncate) saved of a file that was truncated. */
import { stat } from 'node:fs/promises'
import { type FollowedFile, identityOf, type Rest } from './file.ts'

/**
 * The copy of `file`: one that was noticed while it grew, or the one beside it, whether it matches LOG_FILES or not.
 *
 * @param files all that are followed, by identity
 * @param open opens a file at its end
 */
export async function copyOf(
  file: FollowedFile,
  { head, size }: Rest,
  files: ReadonlyMap<string, FollowedFile>,
  open: (path: string) => Promise<FollowedFile | undefined>
): Promise<FollowedFile | undefined> {
  for (const other of files.values()) if (other.copyOf === file) return other
  const path = `${file.path}.1`
  const stats = await stat(path).catch(() => undefined)
  if (!stats || stats.size < size) return undefined
  const known = files.get(identityOf(stats))
  if (known)
    return known.path === known.source && known.offset === 0 && known.beginsWith(head) ? known : undefined
  const copy = await open(path).catch(() => undefined)
  if (copy?.beginsWith(head)) return copy
  await copy?.close(() => {})
  return undefined
}
