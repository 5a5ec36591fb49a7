import type { Host } from '@miniobserv/protocol'
import { expect, test } from 'vitest'
import type { LatestValue } from '../ui/src/api/latest.ts'
import { between, makeBlocks, offsetsOf } from '../ui/src/pages/hosts/blocks.ts'
import { readFilter, termOf } from '../ui/src/pages/hosts/filter.ts'
import { groupKeys, groupRows, groupValue } from '../ui/src/pages/hosts/groups.ts'
import { Newest } from '../ui/src/pages/hosts/newest.ts'
import { byName, makeRow, nextSort, readSort, sortRows, summarize } from '../ui/src/pages/hosts/rows.ts'

const host = (name: string, more: Partial<Host> = {}): Host => ({
  ...{ name, status: 'up', firstSeen: 0, lastSeen: 0 },
  ...{ clockOffset: null, twinsSeen: null, labels: {}, info: {}, ...more }
})
const value = (host: string, metric: string, value: number, labels = {}, time = 0): LatestValue => ({
  ...{ host, metric: `system.${metric}`, unit: '1', labels, time, value }
})
const idle = { 'cpu.mode': 'idle' }
const mount = (path: string) => ({ 'system.filesystem.mountpoint': path })

const newest = new Newest()
newest.take([
  value('web-2', 'cpu.utilization', 0.9, idle),
  value('web-10', 'cpu.utilization', 0.01, idle),
  value('gone', 'cpu.utilization', 0.01, idle),
  value('web-3', 'filesystem.utilization', 0.9, mount('/'))
])
const hosts = byName([
  host('web-10', { labels: { team: 'shop' }, info: { 'os.type': 'linux', 'os.description': 'Debian 13' } }),
  host('web-2', { labels: { team: 'web' }, info: { 'os.type': 'linux', 'os.description': 'Ubuntu 24' } }),
  host('gone', { status: 'down', labels: { team: 'webshop' } }),
  host('web-3')
])
const rows = hosts.map((one) => makeRow(one, newest.of(one.name)))
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name)
const sorted = (text: string | null) => names(sortRows(rows, readSort(text)))
const filtered = (text: string) => {
  const matches = readFilter(text)
  return names(hosts.filter((one, i) => matches(one, rows[i] as (typeof rows)[number])))
}

test('trouble stands first: down, very high, high, then by name as people count', () => {
  expect(sorted(null)).toEqual(['gone', 'web-10', 'web-3', 'web-2'])
  expect(sorted('name')).toEqual(['gone', 'web-2', 'web-3', 'web-10'])
  expect(sorted('-name')).toEqual(['web-10', 'web-3', 'web-2', 'gone'])
  expect(sorted('-cpu')[0]).toBe('web-10')
})

test('a host that is down has no numbers of now', () => {
  expect(rows.find(({ name }) => name === 'gone')?.cpu.now).toBeNull()
})

test('the summary counts each host once', () => {
  expect(summarize(rows)).toEqual({ down: 1, attention: 2, well: 1 })
})

test('a head that is clicked again turns the order round; numbers begin with the largest', () => {
  expect(nextSort(readSort(null), 'cpu')).toBe('-cpu')
  expect(nextSort(readSort('-cpu'), 'cpu')).toBe('cpu')
  expect(nextSort(readSort('-cpu'), 'name')).toBe('name')
  expect(readSort('nonsense')).toEqual({ column: 'status', down: true })
})

test('the fullest filesystem is shown by its newest value; one that is told of no more is forgotten', () => {
  const minute = 60_000
  const own = new Newest()
  own.take([
    value('a', 'filesystem.utilization', 0.2, mount('/')),
    value('a', 'filesystem.utilization', 0.99, mount('/mnt')),
    value('a', 'filesystem.utilization', 0.7, mount('/mnt'), minute)
  ])
  expect(own.of('a')?.disk).toEqual({ value: 0.7, mountpoint: '/mnt' })
  own.take([value('a', 'filesystem.utilization', 0.3, mount('/'), 10 * minute)])
  expect(own.of('a')?.disk).toEqual({ value: 0.3, mountpoint: '/' })
})

test('interfaces and directions add up', () => {
  const own = new Newest()
  const on = (name: string, direction: string) => ({
    'network.interface.name': name,
    'network.io.direction': direction
  })
  own.take([
    value('a', 'network.io', 1, on('eth0', 'receive')),
    value('a', 'network.io', 20, on('eth0', 'transmit')),
    value('a', 'network.io', 300, on('eth1', 'receive')),
    value('a', 'network.io', 2, on('eth0', 'receive'), 10)
  ])
  expect(own.of('a')?.network).toBe(322)
})

test('the filter takes parts of names, labels, facts and states; all of it must match', () => {
  expect(filtered('WEB-')).toEqual(['web-2', 'web-3', 'web-10'])
  expect(filtered('team=web')).toEqual(['gone', 'web-2'])
  expect(filtered('team="web"')).toEqual(['web-2'])
  expect(filtered('os=debian')).toEqual(['web-10'])
  expect(filtered('os.type=linux 2')).toEqual(['web-2'])
  expect(filtered('is=down')).toEqual(['gone'])
  expect(filtered('is=attention web-10')).toEqual(['web-10'])
  expect(filtered('team=')).toEqual(['gone', 'web-2', 'web-10'])
  expect(filtered('"b-1"')).toEqual(['web-10'])
  expect(filtered(termOf('team', 'shop'))).toEqual(['web-10'])
})

test('hosts are grouped by labels and by facts that tell some apart', () => {
  expect(groupKeys(hosts)).toEqual([
    { name: 'team', values: 3 },
    { name: 'os.description', values: 2 }
  ])
  const byHost = new Map(hosts.map((one) => [one.name, one]))
  const groups = groupRows(rows, ({ name }) => groupValue(byHost.get(name) as Host, 'team'))
  expect(groups.map(({ value, rows }) => [value, names(rows)])).toEqual([
    ['webshop', ['gone']],
    ['shop', ['web-10']],
    ['web', ['web-2']],
    ['', ['web-3']]
  ])
})

test('only what is near the screen is drawn, heads and rows of unequal height alike', () => {
  const group = { value: 'a', rows, summary: summarize(rows) }
  const blocks = makeBlocks([group, group], 3, true)
  expect(blocks.map(({ kind }) => kind)).toEqual(['head', 'hosts', 'hosts', 'head', 'hosts', 'hosts'])
  const offsets = offsetsOf(blocks, { head: 10, hosts: 100 })
  expect(offsets).toEqual([0, 10, 110, 210, 220, 320, 420])
  expect(between(offsets, -50, 5)).toEqual({ first: 0, end: 1 })
  expect(between(offsets, 115, 225)).toEqual({ first: 2, end: 5 })
  expect(between(offsets, 900, 1000)).toEqual({ first: 6, end: 6 })
})
