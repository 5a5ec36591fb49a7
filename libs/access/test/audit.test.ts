/** What is kept of a changing request: enough to see what was done, and nothing that opens anything. */
import { expect, test } from 'vitest'
import { withoutSecrets } from '../src/audit.ts'

test('secrets are left out, by name and by what they look like; the rest stays', () => {
  const body = {
    name: 'Ops',
    config: {
      kind: 'slack',
      url: 'https://hooks.slack.com/services/T0/B0/secret',
      secret: 'signs',
      server: 'smtps://user:hunter2@mail.example.org:465',
      other: 'smtps://user:hunter@2@mail.example.org see ftp://a:b@c@d/e?f@g',
      runbook: 'see https://wiki.example.org and call'
    },
    password: 'open sesame',
    newPassword: 'x',
    apiKey: 1,
    labels: { team: 'shop' },
    ends: null
  }
  expect(withoutSecrets(body)).toEqual({
    name: 'Ops',
    config: {
      kind: 'slack',
      url: 'https://hooks.slack.com/…',
      secret: '…',
      server: 'smtps://mail.example.org:465/…',
      other: 'smtps://mail.example.org/… see ftp://d/…',
      runbook: 'see https://wiki.example.org and call'
    },
    password: '…',
    newPassword: '…',
    apiKey: '…',
    labels: { team: 'shop' },
    ends: null
  })
})

test('what is long is cut', () => {
  expect(withoutSecrets('x'.repeat(5_000))).toHaveLength(1_001)
  expect(withoutSecrets(Array.from({ length: 500 }, (_, i) => i))).toHaveLength(101)
  expect(
    withoutSecrets(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [i, 'x'.repeat(900)])))
  ).toBe('…')
})

test('what a schema calls writeOnly is left out, whatever its name, wherever it stands', () => {
  const secret = { type: 'string', writeOnly: true }
  const inner = { type: 'object', properties: { pin: secret, name: { type: 'string' } } }
  const schema = {
    type: 'object',
    properties: { current: secret, deep: { anyOf: [{ type: 'null' }, inner] } }
  }
  expect(withoutSecrets({ current: 'a', deep: { pin: 'b', name: 'c' } }, schema)).toEqual({
    ...{ current: '…', deep: { pin: '…', name: 'c' } }
  })
})
