/** The search grammar, without a database. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSearch } from '../src/search.ts'

const text = (one: string, not = false) => ({ kind: 'text', not, text: one })
const level = (levels: string[], not = false) => ({ kind: 'level', not, levels })
const attribute = (key: string, value: string, more = {}) => ({
  ...{ kind: 'attribute', not: false, key, value, other: false },
  ...more
})

test.each([
  ['', []],
  ['  refused   by ', [text('refused'), text('by')]],
  ['"refused by" -"timed out"', [text('refused by'), text('timed out', true)]],
  ['-debug --verbose - -', [text('debug', true), text('--verbose'), text('-'), text('-')]],
  ['"-x"', [text('-x')]],
  ['"a \\"b\\" \\\\ c"', [text('a "b" \\ c')]],
  ['C:\\temp "C:\\temp"', [text('C:\\temp'), text('C:\\temp')]],
  ['"', []],
  ['say "hel', [text('say'), text('hel')]],
  ['5" disk', [text('5"'), text('disk')]],
  ['level:warn', [level(['warn'])]],
  ['LEVEL:Warning,err', [level(['warn', 'error'])]],
  ['level:>=warn', [level(['warn', 'error', 'fatal'])]],
  ['level:<info', [level(['trace', 'debug'])]],
  ['level:none -level:debug', [level(['none']), level(['debug'], true)]],
  ['level:w', [level(['warn'])]],
  ['level: host: source:', []],
  ['level:>=', [level(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'none'])]],
  ['host:web-*,db', [{ kind: 'host', not: false, names: ['web-*', 'db'] }]],
  ['-source:"my file.log"', [{ kind: 'source', not: true, names: ['my file.log'] }]],
  ['user=eve', [attribute('user', 'eve')]],
  ['a.b-c/d=5*', [attribute('a.b-c/d', '5*')]],
  ['user="eve smith" x', [attribute('user', 'eve smith'), text('x')]],
  [
    '-user=eve user!=adam',
    [attribute('user', 'eve', { not: true }), attribute('user', 'adam', { other: true })]
  ],
  ['user=', [text('user=')]],
  ['a==b x>=5', [text('a==b'), text('x>=5')]],
  ['http://x/?a=b 12:30', [text('http://x/?a=b'), text('12:30')]],
  ['"user=eve"', [text('user=eve')]]
])('%s', (q, terms) => {
  expect(parseSearch(q)).toEqual(terms)
})

test('a level that there is not is told, with its place', () => {
  expect(() => parseSearch('a level:loud')).toThrow('not "loud" (character 3)')
  expect(() => parseSearch('a '.repeat(41))).toThrow('40 words')
})

test('any text is read or refused as a search, and any phrase comes back as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (q) => {
      try {
        for (const term of parseSearch(q)) if (term.kind === 'text') expect(term.text).not.toBe('')
      } catch (error) {
        expect((error as { code: string }).code).toBe('invalid_search')
      }
      const phrase = `"${q.replace(/[\\"]/g, '\\$&')}"`
      expect(parseSearch(phrase)).toEqual(q === '' ? [] : [text(q)])
    })
  )
})
