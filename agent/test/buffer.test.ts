import { expect, test } from 'vitest'
import { createBuffer } from '../src/buffer.ts'
import type { Batch, Kind } from '../src/cut.ts'

const batch = (kind: Kind, bytes: number): Batch => ({
  kind,
  body: new Uint8Array(bytes),
  notBefore: 0,
  sending: false
})

test('stays within its limit: the oldest of the larger kind go first, and are counted', () => {
  const buffer = createBuffer(100)
  const metrics = [batch('metrics', 10), batch('metrics', 10)]
  const logs = [batch('logs', 40), batch('logs', 40), batch('logs', 40)]
  for (const each of [...metrics, ...logs]) buffer.push(each)
  expect(buffer.all()).toEqual([...metrics, logs[1], logs[2]])
  expect(buffer.size()).toBe(100)
  expect(buffer.size('logs')).toBe(80)
  expect(buffer.dropped).toBe(1)
})

test('what is on its way is not dropped', () => {
  const buffer = createBuffer(100)
  const [first, second, third] = [batch('logs', 40), batch('logs', 40), batch('logs', 40)]
  buffer.push(first)
  first.sending = true
  buffer.push(second)
  buffer.push(third)
  expect(buffer.all()).toEqual([first, third])
  buffer.accepted(first)
  expect(buffer.first('logs')).toBe(third)
})

test('refused batches count as dropped, accepted ones do not, and sizes follow replaced bytes', () => {
  const buffer = createBuffer(100)
  const [a, b] = [batch('metrics', 10), batch('metrics', 20)]
  buffer.push(a)
  buffer.push(b)
  buffer.replace(a, new Uint8Array(15))
  expect(buffer.size()).toBe(35)
  buffer.accepted(a)
  buffer.refused(b)
  buffer.refused(b)
  expect([buffer.size(), buffer.dropped]).toEqual([0, 1])
})
