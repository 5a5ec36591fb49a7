import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readAgentSettings } from '../src/config.ts'
import { temporaryDirectory } from './tree.ts'

const NEEDED = { SERVER_URL: 'http://127.0.0.1:8080', AGENT_TOKEN: 'one' }

test('two settings are enough', () => {
  expect(readAgentSettings(NEEDED)).toEqual({
    SERVER_URL: 'http://127.0.0.1:8080',
    AGENT_TOKEN: 'one',
    HOST_NAME: hostname(),
    HOST_ROOT: '/',
    INTERVAL: 10_000,
    LOG_FILES: [],
    HOST_LABELS: {},
    LOG_INTERVAL: 500,
    BUFFER_MB: 16,
    LINE_BYTES: 65_536,
    LOG_LEVEL: 'info'
  })
})

test('the token may come from a file; of a list the first is used', () => {
  const path = join(temporaryDirectory(), 'token')
  writeFileSync(path, ' new,old\n')
  expect(readAgentSettings({ SERVER_URL: NEEDED.SERVER_URL, AGENT_TOKEN_FILE: path }).AGENT_TOKEN).toBe('new')
})

test('labels are names and values', () => {
  expect(readAgentSettings({ ...NEEDED, HOST_LABELS: 'team=web, env=prod=eu' }).HOST_LABELS).toEqual({
    team: 'web',
    env: 'prod=eu'
  })
})

test('globs are a list', () => {
  expect(readAgentSettings({ ...NEEDED, LOG_FILES: '/var/log/*.log, !/var/log/a.log,' }).LOG_FILES).toEqual([
    '/var/log/*.log',
    '!/var/log/a.log'
  ])
})

test.each([
  [{}, /SERVER_URL: is not set(.|\n)*AGENT_TOKEN: is not set/],
  [{ ...NEEDED, SERVER_URL: 'monitor.example.com' }, /SERVER_URL/],
  [{ ...NEEDED, AGENT_TOKEN: ',' }, /AGENT_TOKEN: is empty/],
  [{ ...NEEDED, INTERVAL: '1ms' }, /INTERVAL: must be at least 100ms/],
  [{ ...NEEDED, INTERVAL: 'often' }, /INTERVAL/],
  [{ ...NEEDED, BUFFER_MB: '0' }, /BUFFER_MB/],
  [{ ...NEEDED, HOST_NAME: 'a\u0001b' }, /HOST_NAME/],
  [{ ...NEEDED, HOST_LABELS: 'web' }, /HOST_LABELS: "web" is not name=value/],
  [{ ...NEEDED, LOG_LEVEL: 'loud' }, /LOG_LEVEL/]
])('%j is refused', (environment, message) => {
  expect(() => readAgentSettings(environment)).toThrow(message)
})
