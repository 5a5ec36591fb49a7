/** What a host's charts show beside what was loaded: samples as they come, thresholds, and alerts on the time axis. */
import type { Alert, AlertEvent, Rule } from '@miniobserv/protocol'
import { expect, test } from 'vitest'
import { paint } from '../ui/src/charts/picture.ts'
import { extended } from '../ui/src/pages/host/extend.ts'
import { limitsOf, marksOf } from '../ui/src/pages/host/overlays.ts'

const frame = { from: 0, to: 60_000, step: 10_000 }
const panel = { lineOf: (metric: string, labels: Record<string, string>) => (metric === 'm' ? labels.of : undefined) } // biome-ignore format: one line
const sample = (of: string, time: number, value: number, metric = 'm') => ({
  ...{ host: 'h', metric, labels: { of }, time, value }
})

test('samples make buckets after those that were loaded, and a bucket without one is a gap', () => {
  const picture = paint([{ name: 'a', points: [[40_000, 1], [50_000, 2]] }], frame) // biome-ignore format: one line
  const samples = [
    sample('a', 55_000, 99), // its bucket was loaded
    sample('a', 61_000, 3),
    sample('a', 66_000, 5),
    sample('a', 81_000, 7),
    sample('b', 82_000, 8), // no line of this chart
    sample('a', 82_000, 9, 'other')
  ]
  const { from, to, times, lines } = extended(picture, panel, samples, 90_000)
  expect([from, to]).toEqual([30_000, 90_000])
  expect(times).toEqual([40, 50, 60, 70, 80])
  expect(lines.map(({ values }) => values)).toEqual([[1, 2, 4, null, 7]])
})

const rule = (more: Partial<Rule>): Rule =>
  ({
    ...{ name: 'CPU busy', enabled: true, severity: 'warning', hosts: ['*'] },
    condition: { kind: 'threshold', metric: 'system.cpu.utilization', value: 0.9 },
    ...more
  }) as Rule

test('thresholds are those of rules that are on, for this metric, this host and this device', () => {
  const on = (device: string, value: number) =>
    rule({
      ...{ name: device },
      condition: {
        ...{ kind: 'threshold', metric: 'system.disk.io', where: { 'system.device': device }, value }
      } as unknown as Rule['condition']
    })
  const rules = [
    rule({}),
    rule({ name: 'off', enabled: false }),
    rule({ name: 'others', hosts: ['db-*'] }),
    on('sd*', 1),
    on('!sda', 2)
  ]
  const names = (metric: 'system.cpu.utilization' | 'system.disk.io', labels = {}) =>
    limitsOf(rules, 'web-1', { metrics: [metric], labels }).map(({ name }) => name)
  expect(names('system.cpu.utilization')).toEqual(['CPU busy'])
  expect(names('system.disk.io')).toEqual(['sd*', '!sda'])
  expect(names('system.disk.io', { 'system.device': 'sda' })).toEqual(['sd*'])
})

test('an alert is a stretch: from its beginning to its end, to now, or from the left edge', () => {
  const event = (at: number, from: AlertEvent['from'], to: AlertEvent['to'], rule = 'a') =>
    ({ at, from, to, rule, labels: {}, severity: 'warning', summary: '' }) as AlertEvent
  const firing = { rule: 'b', labels: {}, since: 70, severity: 'critical', summary: 'b now' } as Alert
  const before = { rule: 'c', labels: {}, since: 1, severity: 'critical', summary: '' } as Alert
  const events = [
    event(70, 'pending', 'firing', 'b'),
    event(60, 'firing', 'ok'),
    event(50, 'pending', 'firing'),
    event(20, 'firing', 'ok')
  ]
  const marks = marksOf(events, [firing, before], { from: 10 })
  expect(marks.map(({ from, to, text }) => [from, to, text])).toEqual([
    [10, 20, 'a'],
    [50, 60, 'a'],
    [70, null, 'b'],
    [1, null, 'c']
  ])
})
