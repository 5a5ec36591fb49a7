import { expect, test } from 'vitest'
import { createBuffer } from '../src/buffer.ts'
import type { Batch, Kind } from '../src/cut.ts'

const batch = (kind: Kind, bytes: number, count = 1): Batch => ({ kind, body: new Uint8Array(bytes), count })

test('gives batches back in order, each kind for itself, until they are accepted', () => {
  const buffer = createBuffer()
  const [metrics, first, second] = [batch('metrics', 10), batch('logs', 40), batch('logs', 50)]
  for (const each of [metrics, first, second]) buffer.push(each)
  expect([buffer.first('metrics'), buffer.first('logs')]).toEqual([metrics, first])
  expect([buffer.size(), buffer.size('logs')]).toEqual([100, 90])
  buffer.accepted(first)
  expect(buffer.first('logs')).toBe(second)
  expect(buffer.size()).toBe(60)
})

test('of refused batches it counts points and lines, once; sizes follow replaced bytes', () => {
  const buffer = createBuffer()
  const [a, b, lines] = [batch('metrics', 10), batch('metrics', 20, 60), batch('logs', 5, 1_000)]
  for (const each of [a, b, lines]) buffer.push(each)
  buffer.replace(a, new Uint8Array(15))
  expect(buffer.size()).toBe(40)
  buffer.accepted(a)
  for (const each of [b, b, lines]) buffer.refused(each)
  expect([buffer.size(), buffer.refusals('metrics'), buffer.refusals('logs')]).toEqual([0, 60, 1_000])
})
