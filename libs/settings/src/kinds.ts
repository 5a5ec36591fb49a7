/** The kinds of settings that JSON Schema has no word for: durations, sizes, lists, secrets. */
import type { KeywordDefinition } from 'ajv'
import Type, { type TSchemaOptions } from 'typebox'

const MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const BYTES = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 } as const

/** `10s`, `500ms`, `24h`, `7d`; read as milliseconds. */
export const Duration = (options: TSchemaOptions & { default?: string } = {}) =>
  Type.Unsafe<number>({ type: 'string', pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d)$', factors: MS, ...options })

/** `64KiB`, `32MiB`, `1GiB`; read as bytes. */
export const Bytes = (options: TSchemaOptions & { default?: string } = {}) =>
  Type.Unsafe<number>({ type: 'string', pattern: '^\\d+(\\.\\d+)?([KMGT]iB|B)$', factors: BYTES, ...options })

/** Comma-separated; read as an array without empty members. */
export const List = (options: TSchemaOptions & { default?: string } = {}) =>
  Type.Unsafe<string[]>({ type: 'string', list: true, ...options })

/** A string that can also come from a file named by `NAME_FILE`, and that no message repeats. */
export const Secret = (options: TSchemaOptions & { default?: string } = {}) =>
  Type.String({ minLength: 1, secret: true, ...options })

interface Place {
  parentData: Record<string, unknown>
  parentDataProperty: string | number
}

/** Ajv's words for the above: each replaces the text by what it means, once the pattern has accepted it. */
export const keywords: KeywordDefinition[] = [
  { keyword: 'secret', schemaType: 'boolean' },
  {
    keyword: 'factors',
    type: 'string',
    modifying: true,
    valid: true,
    errors: false,
    compile: (factors: Record<string, number>) => (text: string, at?: Place) => {
      const parts = /^([\d.]+)([A-Za-z]+)$/.exec(text)
      const factor = parts?.[2] === undefined ? undefined : factors[parts[2]]
      if (at && factor !== undefined) at.parentData[at.parentDataProperty] = Number(parts?.[1]) * factor
      return true
    }
  },
  {
    keyword: 'list',
    type: 'string',
    modifying: true,
    valid: true,
    errors: false,
    compile: () => (text: string, at?: Place) => {
      if (at) {
        const members = text.split(',').map((member) => member.trim())
        at.parentData[at.parentDataProperty] = members.filter((member) => member !== '')
      }
      return true
    }
  }
]
