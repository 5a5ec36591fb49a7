/** Reads a program's settings once, at its start, and names everything that is wrong with them at once. */
import { readFileSync } from 'node:fs'
import type { ErrorObject } from 'ajv'
import envSchema from 'env-schema'
import type { Static, TObject } from 'typebox'
import { keywords } from './kinds.ts'

export type Environment = Record<string, string | undefined>

/** Holds one sentence for each wrong or missing setting; `message` holds them all, a line each. */
export class SettingsError extends Error {
  readonly code = 'settings_invalid'
  readonly problems: string[]

  constructor(problems: string[]) {
    super(['The settings cannot be used:', ...problems.map((problem) => `  ${problem}`)].join('\n'))
    this.name = 'SettingsError'
    this.problems = problems
  }
}

/**
 * Reads the members of `schema` from `environment`, with defaults filled in and numbers, durations, sizes and lists as
 * what they mean. An empty variable counts as not set. A secret may also be given as `NAME_FILE`, a file that holds it.
 *
 * @throws {SettingsError} naming every wrong or missing setting; a secret's value is never part of it.
 */
export function readSettings<S extends TObject>(schema: S, environment: Environment): Static<S> {
  const problems: string[] = []
  const data: Record<string, string> = {}
  for (const [name, member] of Object.entries(schema.properties)) {
    const value = environment[name]
    const file = environment[`${name}_FILE`]
    if (value) data[name] = value
    else if (file && isSecret(member)) {
      try {
        data[name] = readFileSync(file, 'utf8').trim()
      } catch (error) {
        problems.push(`${name}_FILE: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`)
      }
    }
  }
  try {
    const settings = envSchema({
      schema: structuredClone(schema), // env-schema writes into it
      data,
      env: false,
      ajv: { customOptions: (ajv) => ajv.addVocabulary(keywords) }
    })
    if (problems.length === 0) return settings as Static<S>
  } catch (error) {
    const errors = (error as { errors?: ErrorObject[] }).errors
    if (!errors) throw error
    for (const each of errors) {
      const sentence = describeProblem(each, schema, data)
      if (!problems.some((problem) => problem.startsWith(`${sentence.split(':')[0]}_FILE:`)))
        problems.push(sentence)
    }
  }
  throw new SettingsError([...new Set(problems)])
}

function describeProblem(error: ErrorObject, schema: TObject, data: Record<string, string>): string {
  if (error.keyword === 'required') {
    const name = String(error.params.missingProperty)
    const member = schema.properties[name] as { description?: string } | undefined
    const file = isSecret(member) ? ` (or ${name}_FILE)` : ''
    return `${name}: is not set${file}${member?.description ? `: ${member.description}` : ''}`
  }
  const name = error.instancePath.slice(1).split('/')[0] ?? ''
  const member = schema.properties[name] as
    | { examples?: unknown[]; pattern?: string; default?: unknown }
    | undefined
  const shown = isSecret(member) ? '' : ` ${JSON.stringify(data[name])}`
  const like =
    error.keyword === 'pattern' && member?.default !== undefined ? `, for example ${member.default}` : ''
  const allowed = error.keyword === 'enum' ? `: ${(error.params.allowedValues as string[]).join(', ')}` : ''
  const rule = error.keyword === 'pattern' ? `has the wrong form${like}` : `${error.message}${allowed}`
  return `${name}:${shown} ${rule}`
}

const isSecret = (member: unknown): boolean => (member as { secret?: boolean } | undefined)?.secret === true
