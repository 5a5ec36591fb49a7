/** What `--help` prints of a program's settings. */
import type { TObject } from 'typebox'

interface Member {
  description?: string
  default?: unknown
  secret?: boolean
}

/** One line a setting: name, what it is, and its default or that it is required. */
export function describe(schema: TObject): string {
  const names = Object.keys(schema.properties)
  const width = Math.max(...names.map((name) => name.length)) + 2
  const required = new Set<string>(schema.required ?? [])
  return names
    .map((name) => {
      const member = schema.properties[name] as Member
      const fallback = member.default === undefined || member.default === '' ? '' : ` [${member.default}]`
      const must = required.has(name) && member.default === undefined ? ' (required)' : fallback
      return `  ${name.padEnd(width)}${member.description ?? ''}${must}`
    })
    .join('\n')
}
