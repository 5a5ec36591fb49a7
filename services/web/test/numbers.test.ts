import { expect, test } from 'vitest'
import { amount, axisLabels, formatValue } from '../ui/src/format/numbers.ts'

/** The narrow space between number and unit, written as a plain one. */
const plain = (text: string) => text.replaceAll('\u202f', ' ')

test.each([
  [0, '1', '0 %'],
  [0.0042, '1', '0.4 %'],
  [0.0996, '1', '10 %'],
  [0.4249, '1', '42 %'],
  [1, '1', '100 %'],
  [0, 'By', '0 B'],
  [1023, 'By', '1023 B'],
  [1024, 'By', '1.0 KiB'],
  [1_048_300, 'By', '1.0 MiB'],
  [15.6 * 1024 ** 3, 'By', '15.6 GiB'],
  [99.96 * 1024 ** 2, 'By/s', '100 MiB/s'],
  [12.345, 'By/s', '12 B/s'],
  [-60_000, 'ms', '\u221260.0 s'],
  [1234, 'ms', '1.2 s'],
  [0.42, 's', '420 ms'],
  [302_400, 's', '3.5 d'],
  [0.314, '{thread}', '0.31'],
  [12.34, '{thread}', '12.3'],
  [250, '{operation}/s', '250/s'],
  [0, '{error}/s', '0/s'],
  [9999, '{thread}', '9999'],
  [12_345, '{packet}/s', '12.3 k/s'],
  [999_960, '{line}', '1.0 M'],
  [-2048, 'By', '\u22122.0 KiB']
])('%d of unit %s reads as %s', (value, unit, text) => {
  expect(plain(formatValue(value, unit))).toBe(text)
})

test('what was not measured is a dash, not nought', () => {
  expect(formatValue(null, 'By')).toBe('–')
  expect(formatValue(undefined, '1')).toBe('–')
})

test('number and unit come apart, so that the unit can stand smaller', () => {
  expect(amount(1536, 'By/s')).toEqual({ value: '1.5', unit: 'KiB/s' })
})

test('the ticks of an axis share one unit and have just enough decimals', () => {
  const mib = 1024 ** 2
  expect(axisLabels([0, mib / 2, mib, 1.5 * mib], 'By/s').map(plain)).toEqual([
    '0',
    '0.5 MiB/s',
    '1.0 MiB/s',
    '1.5 MiB/s'
  ])
  expect(axisLabels([0, 0.25, 0.5], '1').map(plain)).toEqual(['0', '25 %', '50 %'])
  expect(axisLabels([0, 15_000, 30_000], 'ms').map(plain)).toEqual(['0', '15 s', '30 s'])
  expect(axisLabels([0, 0.05, 0.1], '{thread}')).toEqual(['0', '0.05', '0.10'])
  expect(axisLabels([0, 0.25, 0.5, 0.75], '{error}/s')).toEqual(['0', '0.25/s', '0.50/s', '0.75/s'])
  expect(axisLabels([0, 20_000, 40_000], '{packet}/s').map(plain)).toEqual(['0', '20 k/s', '40 k/s'])
  expect(axisLabels([0, 86_400, 2 * 86_400], 's').map(plain)).toEqual(['0', '1 d', '2 d'])
})
