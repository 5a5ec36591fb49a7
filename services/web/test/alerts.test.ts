/** What the form of a rule sends, what a link fills in, and how firings become bars. */
import type { Alert, AlertEvent, PreviewAnswer, Rule } from '@miniobserv/protocol'
import { expect, test } from 'vitest'
import { conditionWords } from '../ui/src/pages/alerts/condition-words.ts'
import { draftFrom, draftOf, emptyDraft, labelsOf, ruleOf } from '../ui/src/pages/alerts/draft.ts'
import { groupEvents } from '../ui/src/pages/alerts/event-groups.ts'
import { rowsOf } from '../ui/src/pages/alerts/strip.ts'
import { groupAlerts, isKnown, worstFirst } from '../ui/src/parts/alert-groups.ts'

const stored = (condition: Rule['condition'], part: Partial<Rule> = {}): Rule => ({
  ...{ id: 1, name: 'r', condition, hosts: ['web-*', '!web-09'], severity: 'critical', for: '1m' },
  ...{ remind: null, labels: { team: 'web' }, note: 'call', enabled: true, source: 'people' },
  ...{ changedAt: 0, changedBy: 'admin', unit: '' },
  status: { evaluatedAt: null, ok: 0, pending: 0, firing: 0, unknown: 0, error: null },
  ...part
})

const CONDITIONS: Rule['condition'][] = [
  {
    ...{ kind: 'threshold', metric: 'm', where: { 'cpu.mode': '!idle' }, agg: 'max', window: '1m' },
    ...{ across: 'sum', by: ['a', 'b'], op: '<=', value: 0.1, recover: 0.2 }
  },
  { kind: 'threshold', metric: 'm', agg: 'avg', window: '5m', op: '>', value: -3 },
  { kind: 'no-data', metric: 'm', after: '10m' },
  { kind: 'host-down', after: '30s' },
  { kind: 'log-match', query: 'level:error "out of memory"', window: '5m', count: 3 },
  { kind: 'forecast', metric: 'm', window: '6h', limit: 1, within: '24h' },
  { kind: 'blind', behind: '15s' }
]

test.each(CONDITIONS)('a rule that is opened and saved is the same: $kind', (condition) => {
  const { id, source, changedAt, changedBy, unit, status, ...text } = stored(condition)
  expect(ruleOf(draftFrom(stored(condition)))).toEqual(text)
})

test.each([
  [{ kind: 'threshold', metric: 'm', agg: 'min', window: '10m', op: '>', value: 67_108_864 }, 'By', '64 MiB'],
  [
    { kind: 'threshold', metric: 'm', agg: 'max', window: '5m', op: '<', value: -60_000 },
    'ms',
    'below -60 s'
  ],
  [{ kind: 'forecast', metric: 'm', window: '6h', limit: 1, within: '24h' }, '1', 'reaches 100 %'],
  [{ kind: 'log-match', query: 'x', window: '5m', count: 1 }, '', 'a line matches “x” in 5m']
] as [Rule['condition'], string, string][])(
  'what %j looks for is told with its unit',
  (condition, unit, words) => {
    expect(conditionWords({ condition, unit })).toContain(words)
  }
)

test('a link fills the form as a question of samples is written; what it cannot know is a label', () => {
  const draft = draftOf(
    new URLSearchParams(
      'metric=m&agg=max&op=%3C&value=5&host=a&host=b*&cpu.mode=!idle&across=max&kind=nonsense'
    )
  )
  expect(draft).toEqual({
    ...emptyDraft(),
    ...{ metric: 'm', agg: 'max', op: '<', value: '5', hosts: 'a, b*', across: 'max' },
    where: [{ name: 'cpu.mode', value: '!idle' }]
  })
})

test('a number that is none is sent as none, so that the server names the member', () => {
  const rule = ruleOf({ ...emptyDraft(), metric: 'm', value: 'much' })
  expect(JSON.parse(JSON.stringify(rule)).condition.value).toBeNull()
  expect(labelsOf('team=web, url=a=b')).toEqual({ team: 'web', url: 'a=b' })
})

const firing = (host: string, from: number, to: number | null) => ({
  ...{ host, labels: {}, from, to, worst: null }
})

test('firings become rows, the most frequent first, the rest together; what touches is one bar', () => {
  const firings = [
    ...[firing('a', 10, 20), firing('b', 10, 20), firing('b', 20, 30), firing('b', 80, null)],
    ...Array.from({ length: 9 }, (_, i) => firing(`c${i}`, 50, 60))
  ]
  const answer = { from: 0, to: 100, firings } as unknown as PreviewAnswer
  const { rows, subjects } = rowsOf(answer, 'none', (count) => `${count} more`)
  expect(subjects).toBe(11)
  expect(rows[0]?.name).toBe('b')
  expect(rows[0]?.bars.map(({ left, width }) => [left, Number(width.toFixed(3))])).toEqual([
    [0.1, 0.2],
    [0.8, 0.2]
  ])
  expect(rows.at(-1)).toEqual({ name: '3 more', bars: [{ left: 0.5, width: expect.closeTo(0.1) }] })
})

test('alerts stand together by rule, the worst first, then the newest', () => {
  const alert = (rule: string, severity: Alert['severity'], since: number) =>
    ({ rule, ruleId: rule.length, severity, since }) as Alert
  const groups = groupAlerts([
    alert('a', 'info', 9),
    alert('bb', 'warning', 1),
    alert('ccc', 'warning', 2),
    alert('a', 'info', 1)
  ])
  expect(groups.map(({ rule, alerts }) => [rule, alerts.length])).toEqual([
    ['ccc', 1],
    ['bb', 1],
    ['a', 2]
  ])
  const order = worstFirst([alert('a', 'info', 9), alert('b', 'warning', 1), alert('c', 'warning', 2)])
  expect(order.map(({ rule }) => rule)).toEqual(['c', 'b', 'a'])
})

test('what happened to many hosts at one look is one line of the history; few, and what people did, stand alone', () => {
  const event = (id: number, at: number, part: Partial<AlertEvent> = {}): AlertEvent => ({
    ...{ id, at, ruleId: 1, rule: 'Full', severity: 'warning', host: `h${id}`, labels: {} },
    ...{ from: 'ok', to: 'firing', value: null, summary: '', by: null, ...part }
  })
  const many = [1, 2, 3, 4].map((id) => event(id, 20))
  const few = [5, 6, 7].map((id) => event(id, 10))
  const done = [8, 9, 10, 11].map((id) => event(id, 5, { by: 'ada', from: null, to: null }))
  const groups = groupEvents([...many, event(12, 20, { to: 'unknown' }), ...few, ...done])
  expect(groups.map((group) => group.map(({ id }) => id))).toEqual([
    [1, 2, 3, 4],
    ...[12, 5, 6, 7, 8, 9, 10, 11].map((id) => [id])
  ])
})

test('that nothing fires is good news only while rules are looked at', () => {
  expect([isKnown(null, 600_000), isKnown(0, 600_000), isKnown(580_000, 600_000)]).toEqual([
    false,
    false,
    true
  ])
})
