/** Settings: defaults, kinds, secrets from files, and every mistake named at once. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempDir } from '@miniobserv/infra/testkit'
import Type from 'typebox'
import { expect, test } from 'vitest'
import { Bytes, Duration, describe, List, readSettings, Secret, SettingsError } from '../src/index.ts'

const schema = Type.Object({
  PORT: Type.Integer({ default: 8080, minimum: 1, maximum: 65_535, description: 'Where it listens' }),
  INTERVAL: Duration({ default: '10s' }),
  BODY: Bytes({ default: '1.5MiB' }),
  FILES: List({ default: '' }),
  MODE: Type.Enum(['fast', 'safe'], { default: 'safe' }),
  TOKEN: Secret({ description: 'The secret of the agents' })
})

test('defaults are filled in and read as what they mean; an empty variable is not set', () => {
  expect(readSettings(schema, { TOKEN: 'x', PORT: '', OTHER: 'ignored' })).toEqual({
    ...{ PORT: 8080, INTERVAL: 10_000, BODY: 1_572_864, FILES: [], MODE: 'safe', TOKEN: 'x' }
  })
  const given = {
    TOKEN: 'x',
    PORT: '1',
    INTERVAL: '1.5h',
    BODY: '2GiB',
    FILES: ' /a/*.log, ,/b',
    MODE: 'fast'
  }
  expect(readSettings(schema, given)).toEqual({
    ...{ PORT: 1, INTERVAL: 5_400_000, BODY: 2 ** 31, FILES: ['/a/*.log', '/b'], MODE: 'fast', TOKEN: 'x' }
  })
})

test('a secret may stand in a file; only a secret', () => {
  const file = join(tempDir(), 'token')
  writeFileSync(file, 'from a file\n')
  expect(readSettings(schema, { TOKEN_FILE: file, PORT_FILE: file }).TOKEN).toBe('from a file')
  expect(readSettings(schema, { TOKEN_FILE: file, TOKEN: 'itself' }).TOKEN).toBe('itself')
})

const problems = (environment: Record<string, string>) => {
  try {
    readSettings(schema, environment)
  } catch (error) {
    if (error instanceof SettingsError) return error.problems
    throw error
  }
  return []
}

test('every mistake is named at once, with what would be right', () => {
  const wrong = { PORT: '0', INTERVAL: '10', BODY: 'much', MODE: 'slow' }
  expect(problems(wrong)).toEqual([
    'TOKEN: is not set (or TOKEN_FILE): The secret of the agents',
    'PORT: "0" must be >= 1',
    'INTERVAL: "10" has the wrong form, for example 10s',
    'BODY: "much" has the wrong form, for example 1.5MiB',
    'MODE: "slow" must be equal to one of the allowed values: fast, safe'
  ])
  expect(problems({ TOKEN_FILE: '/nowhere/token' })).toEqual([
    'TOKEN_FILE: /nowhere/token cannot be read (ENOENT)'
  ])
})

test('help shows every setting with its default', () => {
  expect(describe(schema)).toContain('PORT      Where it listens [8080]')
  expect(describe(schema)).toContain('TOKEN     The secret of the agents (required)')
})
