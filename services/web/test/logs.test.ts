import type { FoundLine } from '@miniobserv/protocol'
import { expect, test } from 'vitest'
import { barsOf, timesBetween } from '../ui/src/pages/logs/bars.ts'
import { markWords, searchedWords } from '../ui/src/pages/logs/marks.ts'
import { withNew, withOlder } from '../ui/src/pages/logs/merge.ts'
import { suggest } from '../ui/src/pages/logs/suggest.ts'
import { attributeTerm, flatten, withTerm } from '../ui/src/pages/logs/terms.ts'

const line = (id: string, time: number): FoundLine => ({
  ...{ id, time, host: 'h', source: 's' },
  ...{ level: null, message: '', attributes: {} }
})
const ids = (lines: readonly FoundLine[]) => lines.map(({ id }) => id).join('')

test('the words of a search are those that the server looks for', () => {
  expect(searchedWords('')).toEqual([])
  expect(searchedWords(' slow  query slow ')).toEqual(['query', 'slow'])
  expect(searchedWords('"slow query" ""')).toEqual(['slow query'])
  expect(searchedWords('level:warn -host:web-1 source:"a b" -not here')).toEqual(['here'])
  expect(searchedWords('user="bob smith" path=/api/* code!=7 "say \\"why\\""')).toEqual([
    ...['bob smith', 'say "why"', '/api/']
  ])
})

test('every hit is marked, whatever its case, and the pieces are the message again', () => {
  const message = 'Slow query: SLOW [a.b] axb'
  const pieces = markWords(message, searchedWords('slow a.b'))
  expect(pieces.filter(({ marked }) => marked).map(({ text }) => text)).toEqual(['Slow', 'SLOW', 'a.b'])
  expect(pieces.map(({ text }) => text).join('')).toBe(message)
})

test('new lines go on top; a late one finds its place; none is there twice', () => {
  const shown = [line('d', 40), line('c', 30), line('a', 10)]
  expect(ids(withNew(shown, [line('f', 60), line('e', 50)]))).toBe('fedca')
  expect(ids(withNew(shown, [line('d', 40), line('b', 25), line('e', 50)]))).toBe('edcba')
  expect(withNew(shown, [line('c', 30)])).toBe(shown)
})

const A = '00000000-0000-0000-0000-00000000000a'
const B = '00000000-0000-0000-0000-00000000000b'

test('lines of one time stand as the server orders them: by batch, then by place', () => {
  const lines = [`${A}.5.2`, `${B}.5.1`, `${A}.5.10`].map((id) => line(id, 5))
  expect(withNew([], lines).map(({ id }) => id)).toEqual([`${B}.5.1`, `${A}.5.10`, `${A}.5.2`])
})

test('a page of older lines that overlaps adds only what is new', () => {
  expect(ids(withOlder([line('c', 3), line('b', 2)], [line('b', 2), line('a', 1)]))).toBe('cba')
})

test('a value of an attribute becomes a term that the server reads, and its opposite takes it back', () => {
  expect(attributeTerm('req.id', 'a-1')).toBe('req.id=a-1')
  expect(attributeTerm('note', 'say "why" C:\\temp')).toBe('note="say \\"why\\" C:\\\\temp"')
  expect(attributeTerm('two words', 'x')).toBeUndefined()
  expect(withTerm('slow', 'user=eve')).toBe('slow user=eve')
  expect(withTerm('slow user=eve', 'user=eve')).toBe('slow user=eve')
  expect(withTerm('slow user=eve', '-user=eve')).toBe('slow -user=eve')
  expect(flatten({ a: { b: [1], c: 'x' }, d: null })).toEqual([
    ['a.b', '[1]'],
    ['a.c', 'x'],
    ['d', 'null']
  ])
})

test('hints complete the last word: fields, their values, attributes that the lines have, searches of before', () => {
  const known = {
    hosts: ['web-1', 'db'],
    sources: ['/var/log/syslog'],
    attributes: new Map([['user', ['eve', 'bob smith']]]),
    history: ['slow query', 'slow']
  }
  const taken = (q: string) => suggest(q, known).map((one) => one.q)
  expect(taken('').slice(0, 3)).toEqual(['slow query', 'slow', '"two words"'])
  expect(taken('x -le')).toEqual(['x -level:'])
  expect(taken('level:warn,er')).toEqual(['level:warn,error '])
  expect(taken('x host:W')).toEqual(['x host:web-1 '])
  expect(taken('source:sys')).toEqual(['source:/var/log/syslog '])
  expect(taken('us')).toEqual(['user='])
  expect(taken('user=')).toEqual(['user=eve '])
  expect(taken('slow')).toEqual(['slow query'])
})

test('a bar of one line among thousands is seen, and a drag means the times under it', () => {
  const answer = {
    ...{ step: 10, total: 10_001, exactFrom: 0, sampled: 1 },
    buckets: [
      { time: 0, counts: { info: 10_000, error: 1 } },
      { time: 90, counts: { warn: 5_000 } }
    ]
  }
  const frame = { from: 0, to: 100, width: 200, height: 50 }
  const [first, last] = barsOf(answer, frame)
  expect(first?.parts.map(({ level }) => level)).toEqual(['error', 'info'])
  expect(first?.parts[0]).toMatchObject({ y: 49, height: 1 })
  expect([last?.x, last?.width]).toEqual([180, 19])
  expect(timesBetween(300, 100, frame)).toEqual({ from: 50, to: 100 })
})
