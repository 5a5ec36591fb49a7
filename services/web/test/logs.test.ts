import type { FoundLine } from '@miniobserv/protocol'
import { expect, test } from 'vitest'
import { markWords, searchedWords } from '../ui/src/pages/logs/marks.ts'
import { withNew, withOlder } from '../ui/src/pages/logs/merge.ts'

const line = (id: string, time: number): FoundLine => ({
  ...{ id, time, host: 'h', source: 's' },
  ...{ level: null, message: '', attributes: {} }
})
const ids = (lines: readonly FoundLine[]) => lines.map(({ id }) => id).join('')

test('the words of a search are those that the server looks for', () => {
  expect(searchedWords('')).toEqual([])
  expect(searchedWords(' slow  query slow ')).toEqual(['query', 'slow'])
  expect(searchedWords('"slow query" ""')).toEqual(['slow query'])
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

test('lines of one time stand as the server orders them: by batch, then by place', () => {
  const lines = ['a.5.2', 'b.5.1', 'a.5.10'].map((id) => line(id, 5))
  expect(withNew([], lines).map(({ id }) => id)).toEqual(['b.5.1', 'a.5.10', 'a.5.2'])
})

test('a page of older lines that overlaps adds only what is new', () => {
  expect(ids(withOlder([line('c', 3), line('b', 2)], [line('b', 2), line('a', 1)]))).toBe('cba')
})
