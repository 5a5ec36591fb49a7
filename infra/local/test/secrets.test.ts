import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../testkit/index.ts'
import { localSecrets, secretsFile, serverSecrets } from '../secrets.ts'

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

test('what nobody gave is generated once, differs everywhere else, and is for its owner alone', () => {
  const home = join(tempDir(), 'data')
  const first = localSecrets(home, {})
  expect(localSecrets(home, {})).toEqual(first)
  expect(localSecrets(join(tempDir(), 'data'), {})).not.toEqual(first)
  expect(first.ADMIN_PASSWORD).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/)
  expect(Buffer.from(first.AGENT_TOKEN, 'base64url')).toHaveLength(32)
  expect([modeOf(home), modeOf(secretsFile(home))]).toEqual(['700', '600'])
})

test('what was given counts and is never written down, and gives way again to what is kept', () => {
  const home = tempDir()
  const before = localSecrets(home, {})
  const file = join(home, 'token')
  writeFileSync(file, 'from a file\n')
  const given = { ADMIN_PASSWORD: 'chosen', AGENT_TOKEN_FILE: file, SESSION_SECRET: '' }
  const expected = { ...before, ADMIN_PASSWORD: 'chosen', AGENT_TOKEN: 'from a file' }
  expect(localSecrets(home, given)).toEqual(expected)
  expect(readFileSync(secretsFile(home), 'utf8')).not.toMatch(/chosen|from a file/)
  expect(localSecrets(home, {})).toEqual(before)
})

test('a file that cannot be read stops the start: new secrets would lock every agent out', () => {
  const home = tempDir()
  writeFileSync(secretsFile(home), '{"AGENT_TOKEN": "cut o')
  expect(() => localSecrets(home, {})).toThrow(secretsFile(home))
  expect(readFileSync(secretsFile(home), 'utf8')).toBe('{"AGENT_TOKEN": "cut o')
})

test('a server alone makes up no password, but takes one that is given or kept', () => {
  const home = tempDir()
  expect(Object.keys(serverSecrets(home, {})).sort()).toEqual(['AGENT_TOKEN', 'SESSION_SECRET'])
  expect(serverSecrets(home, { ADMIN_PASSWORD: 'chosen' }).ADMIN_PASSWORD).toBe('chosen')
  const { ADMIN_PASSWORD } = localSecrets(home, {})
  expect(serverSecrets(home, {}).ADMIN_PASSWORD).toBe(ADMIN_PASSWORD)
})
