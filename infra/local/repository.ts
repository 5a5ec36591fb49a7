/** Where this clone of the repository lies. */
import { resolve } from 'node:path'

export const repository = resolve(import.meta.dirname, '../..')
