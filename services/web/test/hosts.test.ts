import type { Host } from '@miniobserv/protocol'
import { expect, test } from 'vitest'
import { makeRows, nextSort, readSort, sortRows, summarize } from '../ui/src/pages/hosts/rows.ts'
import { fullest, sumByHost, type Trends } from '../ui/src/pages/hosts/trends.ts'

const host = (name: string, status: Host['status'] = 'up'): Host => ({
  ...{ name, status, firstSeen: 0, lastSeen: 0 },
  ...{ clockOffset: null, twinsSeen: null, labels: {}, info: {} }
})
const trends: Trends = {
  from: 0,
  to: 60_000,
  cpu: new Map([
    ['web-2', [[0, 0.1]]],
    ['web-10', [[0, 0.99]]],
    ['gone', [[0, 0.99]]]
  ]),
  memory: new Map([['web-2', [[0, 0.5], [30_000, null]]]]), // biome-ignore format: one series a line
  disk: new Map([['web-3', { value: 0.9, mountpoint: '/' }]]),
  network: new Map()
}
const hosts = [host('web-10'), host('web-2'), host('gone', 'down'), host('web-3')]
const names = (text: string | null) =>
  sortRows(makeRows(hosts, trends), readSort(text)).map(({ name }) => name)

test('trouble stands first: down, very high, high, then by name as people count', () => {
  expect(names(null)).toEqual(['gone', 'web-10', 'web-3', 'web-2'])
  expect(names('name')).toEqual(['gone', 'web-2', 'web-3', 'web-10'])
  expect(names('-cpu')[0]).toBe('web-10')
})

test('a host that is down has no numbers of now', () => {
  const gone = makeRows(hosts, trends).find(({ name }) => name === 'gone')
  expect(gone?.cpu.now).toBeNull()
  expect(gone?.cpu.points).toHaveLength(1)
})

test('a gap at the end does not hide the newest value', () => {
  expect(makeRows([host('web-2')], trends)[0]?.memory.now).toBe(0.5)
})

test('the summary counts each host once', () => {
  expect(summarize(makeRows(hosts, trends))).toEqual({ down: 1, attention: 2, well: 1 })
})

test('a head that is clicked again turns the order round; numbers begin with the largest', () => {
  expect(nextSort(readSort(null), 'cpu')).toBe('-cpu')
  expect(nextSort(readSort('-cpu'), 'cpu')).toBe('cpu')
  expect(nextSort(readSort('-cpu'), 'name')).toBe('name')
  expect(readSort('nonsense')).toEqual({ column: 'status', down: true })
})

test('the fullest filesystem is shown, by its newest value', () => {
  const label = (path: string) => ({ 'system.filesystem.mountpoint': path })
  const disks = fullest([
    { host: 'a', labels: label('/'), points: [[0, 0.2]] },
    { host: 'a', labels: label('/var'), points: [[0, 0.99], [60_000, 0.7]] } // biome-ignore format: one series a line
  ])
  expect(disks.get('a')).toEqual({ value: 0.7, mountpoint: '/var' })
})

test('interfaces add up time by time, and a gap in one is not a gap in the sum', () => {
  const sums = sumByHost([
    { host: 'a', labels: {}, points: [[0, 1], [10, null], [20, 3]] }, // biome-ignore format: one series a line
    { host: 'a', labels: {}, points: [[10, 10], [20, 30]] } // biome-ignore format: the same
  ])
  expect(sums.get('a')).toEqual([
    [0, 1],
    [10, 10],
    [20, 33]
  ])
})
