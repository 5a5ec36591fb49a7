/** Lines of JSON as loggers write them: what becomes level, time, message and attributes. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readStructured } from '../src/structured-line.ts'

const SENT = Date.UTC(2026, 10, 24, 10)
const read = (message: string, more = {}) => readStructured({ time: SENT, source: 's', message, ...more })
const at = SENT - 1_500

test.each([
  [
    'pino',
    { level: 30, time: at, pid: 7, hostname: 'h', msg: 'listening' },
    { level: 'info', time: at, message: 'listening', attributes: { pid: 7, hostname: 'h' } }
  ],
  [
    'bunyan, with a level of its own',
    { name: 'app', v: 0, level: 35, time: new Date(at).toISOString(), msg: 'm' },
    { level: 'info', time: at, message: 'm', attributes: { name: 'app', v: 0, level: 35 } }
  ],
  [
    'zap',
    { level: 'warn', ts: at / 1000, caller: 'main.go:12', msg: 'slow' },
    { level: 'warn', time: at, message: 'slow', attributes: { caller: 'main.go:12' } }
  ],
  [
    'logrus',
    { level: 'warning', time: '2026-11-24T11:59:58+02:00', msg: 'x', user: { id: 5 } },
    { level: 'warn', time: SENT - 2_000, message: 'x', attributes: { user: { id: 5 } } }
  ],
  [
    'ECS',
    { '@timestamp': new Date(at).toISOString(), 'log.level': 'ERROR', message: 'no', 'service.name': 'pay' },
    { level: 'error', time: at, message: 'no', attributes: { 'service.name': 'pay' } }
  ],
  [
    'ECS, nested',
    { '@timestamp': new Date(at).toISOString(), log: { level: 'error', logger: 'a' }, message: 'no' },
    { level: 'error', time: at, message: 'no', attributes: { log: { level: 'error', logger: 'a' } } }
  ],
  [
    'structlog',
    { event: 'login', level: 'notice', timestamp: new Date(at).toISOString(), user: 'eve' },
    { level: 'info', time: at, message: 'login', attributes: { level: 'notice', user: 'eve' } }
  ],
  [
    'Docker around text',
    { log: 'plain\n', stream: 'stderr', time: '2026-11-24T09:59:58.500000000Z' },
    { time: at, message: 'plain', attributes: { stream: 'stderr' } }
  ],
  [
    'Docker around pino',
    {
      log: `${JSON.stringify({ level: 50, time: at, msg: 'in', a: 1 })}\n`,
      stream: 'stdout',
      time: new Date(SENT).toISOString()
    },
    { level: 'error', time: at, message: 'in', attributes: { stream: 'stdout', a: 1 } }
  ],
  [
    'a proxy, without a message',
    { status: 502, path: '/x', time: 'yesterday' },
    { time: SENT, message: '', attributes: { status: 502, path: '/x', time: 'yesterday' } }
  ]
])('%s', (_, members, expected) => {
  expect(read(JSON.stringify(members))).toEqual({ source: 's', ...expected })
})

test.each([
  ['more than ten minutes ahead', SENT + 601_000],
  ['more than 400 days ago', SENT - 401 * 86_400_000],
  ['without a zone', '2026-11-24 09:59:58,500'],
  ['no time', 'soon'],
  ['a small number', 12]
])('a time that is not believed stays an attribute: %s', (_, time) => {
  expect(read(JSON.stringify({ msg: 'm', time }))).toMatchObject({ time: SENT, attributes: { time } })
})

test.each([
  ['cut off', '{"msg":"x'],
  ['a list', '[{"msg":"x"}]'],
  ['something like it', '{braces} are used here}'],
  ['two', '{"msg":"x"} {"msg":"y"}'],
  ['deeper than attributes may be', `${'{"a":'.repeat(22)}1${'}'.repeat(22)}`],
  ['as deep as a line is long', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['empty', '{}']
])('what is no JSON object, or %s, stays as it came', (_, message) => {
  expect(read(message)).toMatchObject({ time: SENT, message })
})

test('what the sender says itself stays, and numbers keep their digits', () => {
  const line = read('{"level":"debug","msg":"m","id":12345678901234567890,"user":"a"}', {
    level: 'error',
    attributes: { user: 'b' }
  })
  expect(line).toMatchObject({ level: 'error', message: 'm', attributes: { level: 'debug', user: 'b' } })
  expect(JSON.stringify(line.attributes)).toContain('"id":12345678901234567890')
})

test('members of other names all stay, whatever they hold, and it is read the same each time', () => {
  const members = fc.dictionary(
    fc.string().map((name) => `x${name}`),
    fc.jsonValue({ maxDepth: 3 }),
    { minKeys: 1 }
  )
  fc.assert(
    fc.property(members, (object) => {
      const message = JSON.stringify(object)
      const line = read(message)
      expect(read(message)).toEqual(line)
      // As it is stored: a number with more digits than fit is no number here.
      expect(JSON.parse(JSON.stringify(line))).toEqual({
        ...{ time: SENT, source: 's', message: '' },
        attributes: JSON.parse(message)
      })
    })
  )
})
