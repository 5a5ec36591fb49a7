import type { MetricQuestion } from '@miniobserv/protocol'
import { expect, test } from 'vitest'
import { alertLink } from '../ui/src/pages/explore/alert-link.ts'
import { csvOf } from '../ui/src/pages/explore/csv.ts'
import { sortLegend } from '../ui/src/pages/explore/legend.ts'
import { findOddities } from '../ui/src/pages/settings/agents.ts'
import { type AnsweredLine, nameLines, statisticsOf } from '../ui/src/questions/lines.ts'
import { newQuestion, questionsQuery, readQuestions } from '../ui/src/questions/question-url.ts'
import { groupByUnit } from '../ui/src/questions/units.ts'
import { changeQuery } from '../ui/src/state/query-string.ts'

const query = (text: string) => new URLSearchParams(text)
const urlOf = (questions: MetricQuestion[], before = '') =>
  changeQuery(before, questionsQuery(questions, query(before)))
const line = (name: string, points: AnsweredLine['points'], unit = '1'): AnsweredLine => ({
  ...{ question: 0, name, host: undefined, labels: {}, unit, points }
})

test('a question that was only picked is its name in the URL', () => {
  expect(urlOf([newQuestion('cpu')], 'range=6h')).toBe('range=6h&a=cpu')
  expect(readQuestions(query('a=cpu'))).toEqual([newQuestion('cpu')])
  expect(readQuestions(query('range=1h'))).toEqual([])
})

test('all of a question survives its way through the URL; what went leaves nothing behind', () => {
  const questions: MetricQuestion[] = [
    {
      ...{ metric: 'cpu', name: 'busy', hosts: ['web-*', '!web-3'], where: { 'cpu.mode': ['!idle', 'u*'] } },
      ...{ by: ['host', 'a.b'], agg: 'p95', across: 'sum', topk: null }
    },
    { ...newQuestion('memory'), by: [], topk: 3 }
  ]
  const url = urlOf(questions)
  expect(readQuestions(query(url))).toEqual(questions)
  expect(urlOf([newQuestion('cpu')], url)).toBe('a=cpu')
})

test('what makes no sense in the URL is as if it were not there', () => {
  expect(readQuestions(query('a=cpu&a.agg=magic&a.across=x&a.top=-1'))).toEqual([newQuestion('cpu')])
})

test('lines are named by what tells them apart, and by letters where nothing does', () => {
  const series = (host: string, labels: Record<string, string>) => ({
    each: { host, labels, metric: 'm', unit: '1', points: [] },
    question: 0
  })
  const one = [newQuestion('m')]
  expect(
    nameLines(one, [series('a', { mode: 'user', x: '1' }), series('b', { mode: 'user', x: '1' })])
  ).toEqual(['a', 'b'])
  expect(nameLines(one, [series('a', { mode: 'used' }), series('a', { mode: 'free' })])).toEqual([
    'used',
    'free'
  ])
  const two = [newQuestion('m'), newQuestion('n')]
  expect(nameLines(two, [series('a', {}), { ...series('a', {}), question: 1 }])).toEqual(['A a', 'B a'])
})

test('what a line was over the time: gaps do not count', () => {
  expect(statisticsOf([[0, 1], [1, null], [2, 5], [3, null]])).toEqual({ last: 5, min: 1, avg: 3, max: 5 }) // biome-ignore format: one line
  expect(statisticsOf([[0, null]])).toEqual({ last: null, min: null, avg: null, max: null })
})

test('a legend stands in the order of the value that was chosen, lines without any last', () => {
  const lines = [line('a', [[0, 9], [1, 1]]), line('none', []), line('b', [[0, 2], [1, 2]])] // biome-ignore format: one line
  const names = (by: 'last' | 'max') => sortLegend(lines, by).map(({ line }) => line.name)
  expect(names('last')).toEqual(['b', 'a', 'none'])
  expect(names('max')).toEqual(['a', 'b', 'none'])
})

test('values of two units are two charts; parts of a whole end at the whole', () => {
  const groups = groupByUnit(
    [line('a', [[0, 0.4]]), line('b', [[0, 5]], 'By'), line('c', [[0, 1.0005]])],
    [newQuestion('m')]
  )
  expect(groups.map(({ unit, ceiling, lines }) => [unit, ceiling, lines.length])).toEqual([
    ['1', 1, 2],
    ['By', null, 1]
  ])
})

test('CSV has a row a time and a column a line; nothing in it is a formula', () => {
  const text = csvOf([
    { name: 'a,"b"', points: [[0, 1], [60_000, null]] }, // biome-ignore format: one line
    { name: '=1+1', points: [[60_000, -2]] }
  ])
  expect(text).toBe(
    'time,"a,""b""",\'=1+1\r\n1970-01-01T00:00:00.000Z,1,\r\n1970-01-01T00:01:00.000Z,,-2\r\n'
  )
})

test('agents whose clock is far off, or that share a name, are named', () => {
  const host = (name: string, clockOffset: number | null, twinsSeen: number | null) => ({
    ...{
      name,
      clockOffset,
      twinsSeen,
      status: 'up' as const,
      firstSeen: 0,
      lastSeen: 0,
      labels: {},
      info: {}
    }
  })
  const now = 1_000_000_000
  const found = findOddities([host('a', 3, null), host('b', -90_000, now - 1), host('c', null, 5)], now)
  expect(found.map(({ host, kind }) => `${host} ${kind}`)).toEqual(['b clock', 'b twins'])
})

test('a question becomes the beginning of a rule: its highest value is where the threshold may lie', () => {
  const question = {
    ...newQuestion('cpu'),
    ...{ hosts: ['web-*'], where: { 'cpu.mode': ['!idle'], many: ['a', 'b'] }, by: ['host', 'x'] },
    ...{ across: 'sum' as const, agg: 'p95' as const }
  }
  const link = alertLink(question, [line('a', [[0, 0.1234]]), line('b', [[0, 0.0777]])])
  const [path, text] = link.split('?')
  expect(path).toBe('#/alerts/rules/new')
  expect([...query(text ?? '')]).toEqual([
    ['metric', 'cpu'],
    ['host', 'web-*'],
    ['across', 'sum'],
    ['cpu.mode', '!idle'],
    ['by', 'x'],
    ['value', '0.12']
  ])
})
