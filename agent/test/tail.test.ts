/** Follows real files; what a person would see in the log search. */
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startTail, type TailedLine, type TailOptions } from '../src/tail/index.ts'
import { temporaryDirectory } from './tree.ts'

const seconds = { timeout: 5_000, interval: 10 }

async function tailed(directory: string, patterns: string[], options: Partial<TailOptions> = {}) {
  const lines: TailedLine[] = []
  const warnings: { msg: string; path?: string }[] = []
  const tail = startTail({
    patterns: patterns.map((pattern) => join(directory, pattern)),
    cwd: '/',
    intervalMs: 20,
    lineBytes: 64,
    log: pino({ level: 'warn' }, { write: (text: string) => void warnings.push(JSON.parse(text)) }),
    monotonic: () => performance.now(),
    mayRead: () => true,
    deliver: (batch) => lines.push(...batch),
    ...options
  })
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= tail.stop()
    return stopped
  }
  onTestFinished(stop)
  await tail.ready
  const messages = () => lines.map(({ message }) => message)
  return { lines, warnings, messages, stop, see: (expected: string[]) => sees(messages, expected) }
}

const sees = (messages: () => string[], expected: string[]) =>
  vi.waitFor(() => expect(messages()).toEqual(expected), seconds)

test('a file that was there is read from its end, one that comes later from its beginning', async () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'a.log'), 'old\n')
  const { lines, see } = await tailed(directory, ['*.log'])
  appendFileSync(join(directory, 'a.log'), 'new\n')
  await see(['new'])
  writeFileSync(join(directory, 'b.log'), 'first\r\nsecond\n')
  writeFileSync(join(directory, 'b.txt'), 'not a log\n')
  await see(['new', 'first', 'second'])
  expect(lines.map(({ source }) => source)).toEqual(
    ['a.log', 'b.log', 'b.log'].map((name) => join(directory, name))
  )
})

test('a directory that comes later is looked into, and so is one that was missing at the start', async () => {
  const directory = temporaryDirectory()
  const { see } = await tailed(directory, ['later/*/x.log'])
  mkdirSync(join(directory, 'later/app'), { recursive: true })
  writeFileSync(join(directory, 'later/app/x.log'), 'here\n')
  await see(['here'])
})

test('rotation by rename: the old file to its end, then the new one; nothing twice, though both match', async () => {
  const directory = temporaryDirectory()
  const [path, rotated, older] = ['x.log', 'x.log.1', 'x.log.2'].map((name) => join(directory, name)) as [
    string,
    string,
    string
  ]
  writeFileSync(path, '')
  const { see } = await tailed(directory, ['x.log*'])
  appendFileSync(path, 'one\n')
  await see(['one'])
  renameSync(path, rotated)
  appendFileSync(rotated, 'two, before the program reopens\n')
  writeFileSync(path, 'three\n')
  const three = ['one', 'two, before the program reopens', 'three']
  await see(three)
  renameSync(rotated, older)
  renameSync(path, rotated)
  writeFileSync(path, 'four\n')
  appendFileSync(path, 'five\n')
  await see([...three, 'four', 'five'])
})

test('a rotated file that still matches stays known, however long ago that was', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  let hurry = 0
  let looks = 0
  writeFileSync(path, '')
  const { see } = await tailed(directory, ['x.log*'], {
    monotonic: () => performance.now() + hurry,
    mayRead: () => {
      looks += 1
      return true
    }
  })
  const lookAgain = () => {
    const before = looks
    return vi.waitFor(() => expect(looks).toBeGreaterThan(before + 4), seconds)
  }
  appendFileSync(path, 'one\n')
  await see(['one'])
  renameSync(path, `${path}.1`)
  writeFileSync(path, 'two\n')
  await see(['one', 'two'])
  await lookAgain()
  hurry = 3_600_000
  await lookAgain()
  renameSync(`${path}.1`, `${path}.2`)
  writeFileSync(`${path}.other`, 'found after it\n')
  await see(['one', 'two', 'found after it'])
})

test('a program that goes on writing to the renamed file is read on, under the old name', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  writeFileSync(path, '')
  const { lines, see } = await tailed(directory, ['x.log'])
  renameSync(path, `${path}.1`)
  writeFileSync(path, 'new\n')
  await see(['new'])
  appendFileSync(`${path}.1`, 'late\n')
  await see(['new', 'late'])
  expect(lines[1]?.source).toBe(path)
})

test('a deleted file is let go, and one of the same name is read from its beginning', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  writeFileSync(path, 'old\n')
  const { see } = await tailed(directory, ['*.log'])
  unlinkSync(path)
  writeFileSync(path, 'again\n')
  await see(['again'])
})

test('rotation by truncation: reads on from the beginning', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  writeFileSync(path, 'a long line that was there before\n')
  const { see } = await tailed(directory, ['*.log'])
  appendFileSync(path, 'before\nunfinished')
  await see(['before'])
  truncateSync(path)
  await see(['before', 'unfinished'])
  appendFileSync(path, 'after\n')
  await see(['before', 'unfinished', 'after'])
})

test('the copy that copytruncate makes is not read again, though it matches', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  writeFileSync(path, '')
  let looks = 0
  const mayRead = () => {
    looks += 1
    return true
  }
  const { see } = await tailed(directory, ['x.log*'], { mayRead })
  const many = Array.from({ length: 100 }, (_, index) => `line ${index} of many`)
  const bytes = Buffer.from(many.map((line) => `${line}\n`).join(''))
  appendFileSync(path, bytes)
  await see(many)
  writeFileSync(`${path}.1`, bytes.subarray(0, 1_200)) // copying takes a while
  const before = looks
  await vi.waitFor(() => expect(looks).toBeGreaterThan(before + 20), seconds)
  appendFileSync(`${path}.1`, bytes.subarray(1_200))
  truncateSync(path)
  writeFileSync(join(directory, 'x.log.other'), 'marker\n')
  await see([...many, 'marker'])
  appendFileSync(path, 'after\n')
  await see([...many, 'marker', 'after'])
})

test('a character that is written in two halves is not broken, a half line waits', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  writeFileSync(path, '')
  const { see } = await tailed(directory, ['*.log'])
  const bytes = Buffer.from('one\n€uro\n')
  appendFileSync(path, bytes.subarray(0, 5))
  await see(['one'])
  appendFileSync(path, bytes.subarray(5))
  await see(['one', '€uro'])
})

test('an unfinished line is given away after a few seconds', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  writeFileSync(path, '')
  let hurry = 0
  const { see } = await tailed(directory, ['*.log'], { monotonic: () => performance.now() + hurry })
  appendFileSync(path, 'done\nprompt>')
  await see(['done'])
  hurry = 3_000
  await see(['done', 'prompt>'])
  appendFileSync(path, ' yes\nnext\n')
  await see(['done', 'prompt>', ' yes', 'next'])
})

test('a line over the limit is cut and says how long it was', async () => {
  const directory = temporaryDirectory()
  const { lines, see } = await tailed(directory, ['*.log'])
  writeFileSync(join(directory, 'x.log'), `${'x'.repeat(200_000)}\nshort\n`)
  await see(['x'.repeat(64), 'short'])
  expect(lines[0]?.bytes).toBe(200_000)
})

test('no more than a thousand lines are delivered at once, and a stop delivers the last ones', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  const sizes: number[] = []
  writeFileSync(path, '')
  const { stop } = await tailed(directory, ['*.log'], {
    intervalMs: 60_000,
    deliver: (lines) => sizes.push(lines.length)
  })
  appendFileSync(path, 'x\n'.repeat(2_500))
  appendFileSync(path, 'without an end')
  await stop()
  expect(sizes).toEqual([1_000, 1_000, 500, 1])
})

test('while the buffer is full, lines stay in the file', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  let mayRead = false
  let asked = 0
  writeFileSync(path, '')
  const { messages, see } = await tailed(directory, ['*.log'], {
    mayRead: () => {
      asked += 1
      return mayRead
    }
  })
  appendFileSync(path, 'later\n')
  const before = asked
  await vi.waitFor(() => expect(asked).toBeGreaterThan(before + 1), seconds)
  expect(messages()).toEqual([])
  mayRead = true
  await see(['later'])
})

test('what cannot be read is told once and does not stop the rest', async () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'a.log'), '')
  mkdirSync(join(directory, 'directory.log'))
  symlinkSync('loop.log', join(directory, 'loop.log')) // ELOOP: what even root cannot read
  const { see, warnings } = await tailed(directory, ['*.log'])
  appendFileSync(join(directory, 'a.log'), 'fine\n')
  await see(['fine'])
  expect(warnings.map(({ path }) => path)).toEqual([join(directory, 'loop.log')])
})
