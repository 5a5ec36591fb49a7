/** Files that tests make. */
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'

/** A new empty directory; it goes when all tests have ended. */
export function tempDir(): string {
  return mkdtempSync(join(inject('tempRoot'), 'test-'))
}
