/** Where a page ended, in a form that callers keep but do not read. */
import { ServiceError } from './errors.ts'

export const writeCursor = (place: readonly unknown[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url')

/**
 * @param members what each member must be: a type, or a string that matches
 * @throws {ServiceError} 400 `invalid_cursor` where it was not made by `writeCursor` from such members
 */
export function readCursor<T extends readonly unknown[]>(
  cursor: string,
  members: readonly ('string' | 'number' | RegExp)[]
): T {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(place) && place.length === members.length) {
      const fits = (member: string | RegExp, i: number): boolean =>
        typeof member === 'string' ? typeof place[i] === member : member.test(String(place[i]))
      if (members.every(fits)) return place as unknown as T
    }
  } catch {
    // Told below.
  }
  throw new ServiceError(400, 'invalid_cursor', 'cursor takes what an answer gave as next, unchanged', {
    path: 'cursor'
  })
}
