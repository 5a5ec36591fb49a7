import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineSplitter, type RawLine } from '../src/tail/lines.ts'

function split(chunks: Buffer[], limit: number): RawLine[] {
  const splitter = new LineSplitter(limit)
  const lines: RawLine[] = []
  for (const chunk of chunks) {
    const reused = Buffer.from(chunk)
    splitter.push(reused, (line) => lines.push(line))
    reused.fill(0x2a) // as the reader does with its one buffer
  }
  splitter.flush((line) => lines.push(line))
  return lines
}

const parts = (bytes: Buffer, cuts: number[]): Buffer[] => {
  const at = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b
  )
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end))
}

const line = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\n', ' ')),
  fc.constant('aé€𝄞'.repeat(5))
)

test('wherever the pieces are cut, the lines are those of the whole', () => {
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat()), fc.constantFrom('\n', '\r\n'), (lines, cuts, end) => {
      const bytes = Buffer.from(lines.map((each) => each + end).join(''))
      const clean = (text: string) => {
        const stripped = end === '\n' && text.endsWith('\r') ? text.slice(0, -1) : text
        return Buffer.from(stripped).toString().replaceAll('\0', '\uFFFD')
      }
      expect(split(parts(bytes, cuts), 1_000).map(({ message }) => message)).toEqual(lines.map(clean))
    })
  )
})

test('any bytes at all: nothing over the limit, no half character, the same for every cut', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.nat()),
      fc.integer({ min: 16, max: 50 }),
      (bytes, cuts, limit) => {
        const whole = Buffer.from(bytes)
        const lines = split(parts(whole, cuts), limit)
        expect(lines).toEqual(split([whole], limit))
        for (const { message } of lines) {
          expect(Buffer.byteLength(message)).toBeLessThanOrEqual(limit)
          expect(message.isWellFormed()).toBe(true)
          expect(message).not.toContain('\0')
        }
      }
    )
  )
})

test('a long line is cut at a character and marked, its rest is skipped, the next line is whole', () => {
  expect(split([Buffer.from(`${'€'.repeat(10)}\nnext\n`)], 16)).toEqual([
    { message: '€€€€€', bytes: 30 },
    { message: 'next' }
  ])
  const splitter = new LineSplitter(16)
  const lines: RawLine[] = []
  for (let megabytes = 0; megabytes < 50; megabytes += 1)
    splitter.push(Buffer.alloc(1024 * 1024, 'x'), (each) => lines.push(each))
  splitter.push(Buffer.from('\n'), (each) => lines.push(each))
  expect(lines).toEqual([{ message: 'x'.repeat(16), bytes: 50 * 1024 * 1024 }])
})

test('a line of exactly the limit is not marked, whatever its line end', () => {
  expect(split([Buffer.from(`${'x'.repeat(16)}\r\n${'y'.repeat(16)}\n`)], 16)).toEqual([
    { message: 'x'.repeat(16) },
    { message: 'y'.repeat(16) }
  ])
})

test('a line given away unfinished is not followed by an empty one when its line end comes', () => {
  const splitter = new LineSplitter(100)
  const lines: string[] = []
  const emit = ({ message }: RawLine) => lines.push(message)
  splitter.push(Buffer.from('half'), emit)
  splitter.flush(emit)
  splitter.push(Buffer.from('\nwhole\n\n'), emit)
  expect(lines).toEqual(['half', 'whole', ''])
})

test('NUL and invalid UTF-8 become U+FFFD', () => {
  expect(split([Buffer.from([0x61, 0, 0xff, 0x62, 0x0a])], 100)).toEqual([{ message: 'a\uFFFD\uFFFDb' }])
})
