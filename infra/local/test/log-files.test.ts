import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually, tempDir } from '../../testkit/index.ts'
import { lastLines, rotate, sizeOf } from '../log-files.ts'
import { startProgram } from '../program.ts'

test('a log that has grown too long is emptied under the program that writes it', async () => {
  const args = ['-e', "let n = 0; setInterval(() => console.log('line', n++), 5)"]
  const program = await startProgram({ name: 'talker', home: tempDir(), command: process.execPath, args })
  await eventually(() => expect(sizeOf(program.log)).toBeGreaterThan(100))
  rotate(program.log, 100)
  expect(readFileSync(`${program.log}.1`, 'utf8')).toMatch(/^line 0\n/)
  await eventually(() => expect(readFileSync(program.log, 'utf8')).toMatch(/^line \d+\n/))
  rotate(program.log, 1_000_000)
  expect(sizeOf(program.log)).toBeGreaterThan(0)
  await program.stop()
})

test('the last lines are those of this run, and of a file that is not there none', () => {
  const file = join(tempDir(), 'a.log')
  expect(lastLines(file, 5)).toBe('')
  appendFileSync(file, 'old\n')
  const start = sizeOf(file)
  expect(lastLines(file, 5, start)).toBe('')
  appendFileSync(file, 'one\ntwo\nthree\n')
  expect(lastLines(file, 2, start)).toBe('  two\n  three')
})
