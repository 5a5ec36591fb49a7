/** What is explored goes on with samples as they come, and says what asking anew would say. */
import type { MetricQuestion } from '@miniobserv/protocol'
import { expect, test } from 'vitest'
import { goneOn, joinFollowed, toFollow } from '../ui/src/questions/go-on.ts'
import type { AnsweredLine } from '../ui/src/questions/lines.ts'
import { newQuestion } from '../ui/src/questions/question-url.ts'

const step = 10_000
const question = (more: Partial<MetricQuestion> = {}): MetricQuestion => ({ ...newQuestion('cpu'), ...more })
const line = (
  host: string | undefined,
  labels: Record<string, string>,
  more: Partial<AnsweredLine> = {}
): AnsweredLine => ({
  ...{ question: 0, name: `${host}`, host, labels, unit: '1' },
  points: [
    [0, 0.1],
    [10_000, 0.2]
  ],
  ...more
})
const answers = (lines: AnsweredLine[]) => ({ from: 0, to: 20_000, step, lines })
const sample = (host: string, mode: string, time: number, value: number, metric = 'cpu') => ({
  ...{ host, metric, labels: { mode }, time, value }
})

test('only means of hosts that are known by name are followed', () => {
  const found = answers([line('b', {}), line('a', {})])
  expect(toFollow([question()], found)).toEqual({ metrics: ['cpu'], hosts: ['a', 'b'] })
  expect(toFollow([question({ agg: 'p95' })], found)).toBeNull()
  expect(toFollow([question()], answers([line(undefined, {})]))).toBeNull()
  expect(toFollow([question()], answers([]))).toBeNull()
})

test('each series goes on by itself; a bucket without a sample is a gap, and what is before the time is left out', () => {
  const found = answers([line('a', { mode: 'user' }), line('b', { mode: 'user' })])
  const samples = [
    sample('a', 'user', 15_000, 9), // its bucket was loaded
    sample('a', 'user', 21_000, 0.3),
    sample('a', 'user', 28_000, 0.5),
    sample('a', 'system', 28_000, 9),
    sample('b', 'user', 31_000, 0.7),
    sample('c', 'user', 31_000, 9),
    sample('a', 'user', 31_000, 9, 'memory')
  ]
  const { from, to, lines } = goneOn(found, [question()], samples, 32_000)
  expect([from, to]).toEqual([12_000, 32_000])
  expect(lines.map(({ points }) => points)).toEqual([
    [[20_000, 0.4], [30_000, null]], // biome-ignore format: one line a series
    [[20_000, null], [30_000, 0.7]] // biome-ignore format: the same
  ])
})

test('what is put together is: samples alike, or the means of series by their sum', () => {
  const samples = [
    sample('a', 'user', 21_000, 0.2),
    sample('a', 'user', 29_000, 0.4),
    sample('a', 'system', 21_000, 0.6),
    sample('a', 'idle', 21_000, 9)
  ]
  const of = (across: MetricQuestion['across']) => {
    const asked = question({ by: ['host'], where: { mode: ['!idle'] }, across })
    return goneOn(answers([line('a', {})]), [asked], samples, 30_000).lines[0]?.points.at(-1)?.[1]
  }
  expect(of(null)).toBeCloseTo(0.4)
  expect(of('sum')).toBeCloseTo(0.9)
  expect(of('avg')).toBeCloseTo(0.45)
  expect(of('min')).toBeCloseTo(0.3)
  expect(of('max')).toBeCloseTo(0.6)
})

test('parts of a page follow together, once all know what, and while that is not too much', () => {
  const [a, b] = [
    { metrics: ['m'], hosts: ['b', 'a'] },
    { metrics: ['m', 'l'], hosts: ['c'] }
  ]
  expect(joinFollowed([a, null, b])).toEqual({ metrics: ['l', 'm'], hosts: ['a', 'b', 'c'] })
  expect(joinFollowed([a, undefined])).toBeNull()
  expect(joinFollowed([null])).toBeNull()
  const many = Array.from({ length: 51 }, (_, i) => `h${i}`)
  expect(joinFollowed([a, { metrics: ['m'], hosts: many }])).toBeNull()
})
