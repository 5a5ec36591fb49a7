/** The audit log in words. */
import { expect, test } from 'vitest'
import { auditWords } from '../ui/src/pages/settings/audit-words.ts'

test.each([
  ['POST', '/api/v1/rules', '/api/v1/rules', { name: 'CPU busy' }, 'Rule made: CPU busy'],
  ['DELETE', '/api/v1/rules/:id', '/api/v1/rules/8', null, 'Rule deleted: #8'],
  ['POST', '/api/v1/session', '/api/v1/session', { username: 'ada', password: '…' }, 'Signed in: ada'],
  [
    'POST',
    '/api/v1/silences',
    '/api/v1/silences',
    { hosts: ['a'], reason: 'backup' },
    'Silence made: backup'
  ],
  [
    'POST',
    '/api/v1/hosts/remove',
    '/api/v1/hosts/remove',
    { hosts: ['a', 'b'] },
    'Hosts taken off the list: a, b'
  ],
  ['PUT', '/api/v1/channels/routes', '/api/v1/channels/routes', { routes: [] }, 'Routes of alerts changed'],
  ['POST', '/api/v1/new', '/api/v1/new', { name: 'x' }, 'POST /api/v1/new']
])('%s %s at %s with %j: %s', (method, route, path, body, words) => {
  expect(auditWords({ method, route, path, body })).toBe(words)
})
