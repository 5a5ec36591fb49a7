import type { Alert, DashboardText, Panel } from '@miniobserv/protocol'
import { expect, test } from 'vitest'
import {
  stepped,
  withCopy,
  withHeight,
  withMoved,
  withOwnRow,
  without,
  withPanel,
  withWidth
} from '../ui/src/pages/dashboards/layout.ts'
import { byLabels, ofHosts } from '../ui/src/pages/dashboards/panels/of-hosts.ts'
import { severityOf } from '../ui/src/pages/dashboards/panels/severity.ts'
import { tableRows } from '../ui/src/pages/dashboards/panels/table-rows.ts'
import { fillIn, readValues, valuesQuery } from '../ui/src/pages/dashboards/variables.ts'
import { changeQuery } from '../ui/src/state/query-string.ts'

const panel = (title: string, width: number): Panel => ({ kind: 'text', title, width, text: '' })
/** `a6 b6 / c12`: titles and widths. */
const board = (text: string): DashboardText => ({
  ...{ name: 'n', description: '', variables: [] },
  rows: text.split(' / ').map((row) => ({
    height: 6,
    panels: row.split(' ').map((one) => panel(one.slice(0, 1), Number(one.slice(1))))
  }))
})
const shape = ({ rows }: DashboardText) =>
  rows.map(({ panels }) => panels.map(({ title, width }) => `${title}${width}`).join(' ')).join(' / ')

test('a new panel goes beside the last one where there is room, else below', () => {
  expect(shape(withPanel(board('a6'), panel('b', 6)))).toBe('a6 b6')
  expect(shape(withPanel(board('a8'), panel('b', 6)))).toBe('a8 / b6')
})

test('panels move within a row, into another one as far as it has room, and into a row of their own', () => {
  const three = board('a4 b4 c4 / d8')
  expect(shape(withMoved(three, { row: 0, panel: 0 }, { row: 0, panel: 3 }))).toBe('b4 c4 a4 / d8')
  expect(shape(withMoved(three, { row: 0, panel: 2 }, { row: 0, panel: 0 }))).toBe('c4 a4 b4 / d8')
  expect(shape(withMoved(three, { row: 0, panel: 1 }, { row: 1, panel: 0 }))).toBe('a4 c4 / b4 d8')
  expect(shape(withMoved(board('a6 b6 / c10'), { row: 0, panel: 0 }, { row: 1, panel: 1 }))).toBe(
    'b6 / c10 a2'
  )
  expect(shape(withMoved(board('a6 / b12'), { row: 0, panel: 0 }, { row: 1, panel: 0 }))).toBe('a6 / b12')
  expect(shape(withOwnRow(three, { row: 0, panel: 0 }, 2))).toBe('b4 c4 / d8 / a4')
  expect(shape(withOwnRow(three, { row: 1, panel: 0 }, 0))).toBe('d8 / a4 b4 c4')
})

test('by keys a panel goes step by step, and the place that it has then is told', () => {
  let now = { text: board('a6 b6 / c12'), at: { row: 0, panel: 0 } }
  const press = (direction: Parameters<typeof stepped>[2]) => {
    now = stepped(now.text, now.at, direction)
    return [shape(now.text), `${now.at.row}-${now.at.panel}`]
  }
  expect(press('right')).toEqual(['b6 a6 / c12', '0-1'])
  expect(press('right')).toEqual(['b6 a6 / c12', '0-1'])
  expect(press('down')).toEqual(['b6 / a6 / c12', '1-0'])
  expect(press('down')).toEqual(['b6 / c12 / a6', '2-0'])
  expect(press('up')).toEqual(['b6 / a6 / c12', '1-0'])
  expect(press('up')).toEqual(['b6 a6 / c12', '0-1'])
  expect(press('up')).toEqual(['a6 / b6 / c12', '0-0'])
})

test('a row that loses its last panel goes; a copy stands beside it or below', () => {
  expect(shape(without(board('a6 / b6'), { row: 0, panel: 0 }))).toBe('b6')
  expect(shape(withCopy(board('a6'), { row: 0, panel: 0 }))).toBe('a6 a6')
  expect(shape(withCopy(board('a8 / b6'), { row: 0, panel: 0 }))).toBe('a8 / a8 / b6')
})

test('sizes stay within their bounds; what changes nothing is the same object', () => {
  const two = board('a6 b4')
  expect(shape(withWidth(two, { row: 0, panel: 0 }, 20))).toBe('a8 b4')
  expect(shape(withWidth(two, { row: 0, panel: 0 }, 0))).toBe('a1 b4')
  expect(withWidth(two, { row: 0, panel: 0 }, 6)).toBe(two)
  expect(withHeight(two, 0, 1).rows[0]?.height).toBe(2)
  expect(withHeight(two, 0, 6)).toBe(two)
})

test('variables stand in the URL; all of a variable is no condition', () => {
  const host = { name: 'host', title: '', of: 'hosts' as const, values: ['web-*'] }
  const of = (text: string) => readValues([host], new URLSearchParams(text)).host
  const url = (values: string[]) => changeQuery('', valuesQuery(host, values))
  expect(of('')).toEqual(['web-*'])
  expect(of(url(['a', 'b']))).toEqual(['a', 'b'])
  expect(of(url([]))).toEqual([])
  expect(url(['web-*'])).toBe('')
  expect(fillIn(['$host', '!x'], { host: ['a', 'b'] })).toEqual(['a', 'b', '!x'])
  expect(fillIn(['$host', 'c', '!x'], { host: [] })).toEqual(['!x'])
})

test('a number is bad beyond its bounds, whichever side they lie on', () => {
  const high = { warning: 0.8, critical: 0.9 }
  expect([0.5, 0.8, 0.95, null].map((value) => severityOf(value, high))).toEqual([
    undefined,
    'warning',
    'critical',
    undefined
  ])
  expect(severityOf(3, { warning: 10, critical: 5 })).toBe('critical')
  expect(severityOf(3, { warning: null, critical: null })).toBeUndefined()
})

test('a table joins the answers of its questions by host and labels', () => {
  const line = (question: number, host: string, value: number) => ({
    ...{ question, name: '', host, labels: { disk: 'sda' }, unit: '1' },
    points: [[0, value]] as [number, number][]
  })
  expect(tableRows([line(0, 'a', 1), line(1, 'a', 10), line(0, 'b', 2)], 2, 'last')).toMatchObject([
    { host: 'b', labels: 'sda', values: [2, null] },
    { host: 'a', labels: 'sda', values: [1, 10] }
  ])
})

test('what fires on the hosts that are meant; with labels, who that is comes from the server', () => {
  const all = ['db.1', null, 'web-1'].map((host) => ({ host }) as Alert)
  const hosts = (patterns: string[], meant?: string[]) =>
    ofHosts(all, patterns, meant && new Set(meant)).map(({ host }) => host)
  expect(hosts([])).toEqual(['db.1', null, 'web-1'])
  expect(hosts(['web-?'])).toEqual(['web-1'])
  expect(hosts(['!db*'])).toEqual(['web-1'])
  expect(hosts(['db?1'])).toEqual(['db.1'])
  expect([byLabels(['web-*']), byLabels(['!x', 'team=web'])]).toEqual([false, true])
  expect(hosts(['team=web'], ['web-1', 'web-2'])).toEqual(['web-1'])
})
