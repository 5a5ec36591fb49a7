/** Values as people read them in rules and messages. */
import { expect, test } from 'vitest'
import { scaleOf, valueText } from '../src/units.ts'

test.each([
  [0.9, '1', '90 %'],
  [0.0123456, '1', '1.235 %'],
  [67_108_864, 'By', '64 MiB'],
  [1_048_576, 'By/s', '1 MiB/s'],
  [512, 'By', '512 B'],
  [0, 'By', '0 B'],
  [-60_000, 'ms', '-60 s'],
  [60_000, 'ms', '60 s'],
  [250, 'ms', '250 ms'],
  [0.25, 'ms', '250 µs'],
  [300, 's', '5 min'],
  [129_600, 's', '36 h'],
  [864_000, 's', '10 d'],
  [0, 's', '0 s'],
  [12, '{operation}/s', '12/s'],
  [3, '{thread}', '3'],
  [1_234_567, '', '1,234,567'],
  [2.5, 'Cel', '2.5 Cel'],
  [Number.NaN, 'By', 'NaN']
])('%d of unit %s is written %s', (value, unit, text) => {
  expect(valueText(value, unit)).toBe(text)
})

test('what is measured needs fewer digits, but all before the point', () => {
  expect([0.876543, 0.05].map((value) => valueText(value, '1', 3))).toEqual(['87.7 %', '5 %'])
  expect(valueText(1_234.5, '{process}', 3)).toBe('1,235')
})

test('many values share one scale: that of the greatest', () => {
  const { divisor, unit } = scaleOf(3 * 3_600_000, 'ms')
  expect([unit, 1_800_000 / divisor]).toEqual(['h', 0.5])
})
