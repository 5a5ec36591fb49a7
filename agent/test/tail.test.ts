/** Follows real files; what a person would see in the log search. */
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
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

const HOUR = 3_600_000
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
    timeAt: (at) => at,
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
  return { tail, lines, warnings, messages, stop, see: (expected: string[]) => sees(messages, expected) }
}

/** A server that is away until `back` is called; `looked`: since now, each file was looked at. */
function outage() {
  let away = true
  let looks = 0
  const mayRead = () => {
    looks += 1
    return !away
  }
  const looked = async (files = 10) => {
    const before = looks
    await vi.waitFor(() => expect(looks).toBeGreaterThan(before + files * 2), seconds)
  }
  const back = () => {
    away = false
  }
  return { mayRead, looked, back }
}

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index} of a log that is rotated`)
const text = (lines: string[]): string => lines.map((line) => `${line}\n`).join('')

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

test('while nothing may be read, lines stay in the file, and how many bytes wait is known', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  const { mayRead, looked, back } = outage()
  writeFileSync(path, 'old\n')
  const { tail, messages, see } = await tailed(directory, ['*.log'], { mayRead })
  appendFileSync(path, 'later\n')
  await looked()
  expect([messages(), tail.behind]).toEqual([[], 6])
  back()
  await see(['later'])
  await vi.waitFor(() => expect(tail.behind).toBe(0), seconds)
})

test('an outage with two renames: every line once, in the order of writing, though only one name matches', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  const { mayRead, looked, back } = outage()
  writeFileSync(path, 'old\n')
  const { tail, lines, see } = await tailed(directory, ['x.log'], { mayRead })
  const all = numbered(0, 120_000)
  appendFileSync(path, text(all.slice(0, 50_000))) // more than one pass reads
  await looked()
  renameSync(path, `${path}.1`)
  appendFileSync(`${path}.1`, text(all.slice(50_000, 60_000))) // before the program reopens
  writeFileSync(path, text(all.slice(60_000, 61_000)))
  await looked()
  appendFileSync(path, text(all.slice(61_000, 100_000)))
  renameSync(`${path}.1`, `${path}.2`)
  renameSync(path, `${path}.1`)
  writeFileSync(path, text(all.slice(100_000, 110_000)))
  await looked()
  unlinkSync(`${path}.2`) // as after it was compressed
  await looked()
  expect(lines).toEqual([])
  back()
  appendFileSync(path, text(all.slice(110_000)))
  await see(all)
  expect(new Set(lines.map(({ source }) => source))).toEqual(new Set([path]))
  expect([tail.lost, tail.behind]).toEqual([0, 0])
})

test('a renamed file with unread lines is kept however long the server is away, a deleted one for a day', async () => {
  const directory = temporaryDirectory()
  const { mayRead, looked, back } = outage()
  for (const name of ['renamed', 'deleted', 'gone']) writeFileSync(join(directory, `${name}.log`), '')
  let hurry = 0
  const { tail, messages, warnings } = await tailed(directory, ['*.log'], {
    mayRead,
    monotonic: () => performance.now() + hurry
  })
  for (const name of ['renamed', 'deleted', 'gone'])
    appendFileSync(join(directory, `${name}.log`), `${name}\n`)
  await looked()
  renameSync(join(directory, 'renamed.log'), join(directory, 'renamed.1'))
  unlinkSync(join(directory, 'gone.log'))
  await looked()
  hurry = 23 * HOUR
  unlinkSync(join(directory, 'deleted.log'))
  await looked()
  hurry = 25 * HOUR
  await vi.waitFor(() => expect(tail.lost).toBe('gone\n'.length), seconds)
  expect(messages()).toEqual([])
  back()
  await vi.waitFor(() => expect(messages().toSorted()).toEqual(['deleted', 'renamed']), seconds)
  expect(warnings.map(({ path }) => path)).toEqual([join(directory, 'gone.log')])
})

test('no more than a hundred deleted files are held: the oldest go first, and are counted', async () => {
  const directory = temporaryDirectory()
  const { mayRead, looked, back } = outage()
  const path = (index: number) => join(directory, `${1_000 + index}.log`)
  for (let index = 0; index < 103; index += 1) writeFileSync(path(index), '')
  const { tail, messages } = await tailed(directory, ['*.log'], { mayRead })
  for (let index = 0; index < 103; index += 1) appendFileSync(path(index), `${1_000 + index}\n`)
  await looked(103)
  for (let index = 0; index < 103; index += 1) unlinkSync(path(index))
  await vi.waitFor(() => expect(tail.lost).toBe(3 * 5), seconds)
  back()
  await vi.waitFor(() => expect(messages()).toHaveLength(100), seconds)
})

test.each([
  ['x.log', 'x.log.1'],
  ['x.log*', 'x.log.1'],
  ['x.log*', 'x.log-20261123']
])(
  'rotation by copying while nothing may be read: with %s the rest is read from %s',
  async (pattern, copy) => {
    const directory = temporaryDirectory()
    const path = join(directory, 'x.log')
    let away = false
    let looks = 0
    const mayRead = () => {
      looks += 1
      return !away
    }
    const looked = () => {
      const before = looks
      return vi.waitFor(() => expect(looks).toBeGreaterThan(before + 20), seconds)
    }
    writeFileSync(path, '')
    const { tail, lines, see } = await tailed(directory, [pattern], { mayRead })
    const all = numbered(0, 300)
    appendFileSync(path, `${text(all.slice(0, 100))}line 100`) // half a line
    await see(all.slice(0, 100))
    away = true
    await looked()
    appendFileSync(path, text(all.slice(100, 200)).slice('line 100'.length))
    await looked()
    const [first, second] = [readFileSync(path), text(all.slice(200, 250))]
    writeFileSync(join(directory, copy), first.subarray(0, 2_000)) // copying takes a while
    await looked()
    appendFileSync(path, second) // and the program goes on
    appendFileSync(join(directory, copy), Buffer.concat([first.subarray(2_000), Buffer.from(second)]))
    truncateSync(path)
    await looked()
    appendFileSync(path, text(all.slice(250)))
    await looked()
    away = false
    await see(all)
    expect(new Set(lines.map(({ source }) => source))).toEqual(new Set([path]))
    expect(tail.lost).toBe(0)
    appendFileSync(path, 'after\n')
    await see([...all, 'after'])
  }
)

test('two rotations by copying while nothing may be read: every line once, in order', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  const { mayRead, looked, back } = outage()
  writeFileSync(path, '')
  const { tail, see } = await tailed(directory, ['x.log'], { mayRead })
  const all = numbered(0, 120_000) // more than one pass reads
  for (const from of [0, 50_000]) {
    appendFileSync(path, text(all.slice(from, from + 50_000)))
    await looked()
    if (from > 0) renameSync(`${path}.1`, `${path}.2`)
    copyFileSync(path, `${path}.1`)
    truncateSync(path)
    await looked()
  }
  renameSync(`${path}.1`, `${path}.3`)
  writeFileSync(`${path}.1`, 'nobody asked for this file\n')
  appendFileSync(path, text(all.slice(100_000)))
  await looked()
  back()
  await see(all)
  expect([tail.lost, tail.behind]).toEqual([0, 0])
})

test('a line that was written just before the copy is found in it, though it matches no glob', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  writeFileSync(path, '')
  const { see } = await tailed(directory, ['x.log'], { intervalMs: 300 })
  const all = numbered(0, 10)
  appendFileSync(path, text(all.slice(0, 5)))
  await see(all.slice(0, 5))
  appendFileSync(path, text(all.slice(5)))
  copyFileSync(path, `${path}.1`)
  truncateSync(path)
  await see(all)
  appendFileSync(path, 'after\n')
  await see([...all, 'after'])
})

test('what a truncation took is counted where no copy has it', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  const { mayRead, looked, back } = outage()
  writeFileSync(`${path}.1`, `${text(numbered(100, 200))}`) // of another day
  writeFileSync(path, '')
  const { tail, see, warnings } = await tailed(directory, ['x.log'], { mayRead })
  appendFileSync(path, text(numbered(0, 10)))
  await looked()
  truncateSync(path)
  await vi.waitFor(() => expect(tail.lost).toBe(text(numbered(0, 10)).length), seconds)
  back()
  appendFileSync(path, 'after\n')
  await see(['after'])
  expect(warnings).toMatchObject([{ path, bytes: tail.lost }])
})

test('a copy that somebody makes is not read again, and is followed from there', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  let hurry = 0
  writeFileSync(path, '')
  const { see } = await tailed(directory, ['*.log'], { monotonic: () => performance.now() + hurry })
  const all = numbered(0, 100)
  appendFileSync(path, text(all))
  await see(all)
  copyFileSync(path, join(directory, 'y.log'))
  // What comes later is found later: by then the copy was found too, and its time has begun.
  writeFileSync(join(directory, 'z.log'), 'one\n')
  await see([...all, 'one'])
  hurry = HOUR
  writeFileSync(join(directory, 'zz.log'), 'marker\n')
  await see([...all, 'one', 'marker'])
  appendFileSync(join(directory, 'y.log'), 'two\n')
  await see([...all, 'one', 'marker', 'two'])
})

test('lines that are read late have the time at which they were written, as it is known by then', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  const { mayRead, looked, back } = outage()
  let hurry = 0
  let correction = 0
  writeFileSync(path, '')
  const { lines, see } = await tailed(directory, ['x.log'], {
    mayRead,
    monotonic: () => hurry,
    timeAt: (at) => at + correction
  })
  for (let index = 0; index < 3; index += 1) {
    hurry = index * HOUR
    appendFileSync(path, `${index}\n`)
    await looked()
    if (index === 1) {
      renameSync(path, `${path}.1`)
      writeFileSync(path, '')
      await looked()
    }
  }
  hurry = 10 * HOUR
  correction = 5
  back()
  await see(['0', '1', '2'])
  expect(lines.map(({ time }) => time)).toEqual([5, HOUR + 5, 2 * HOUR + 5])
})

test('what a copy holds was written before its original was truncated, however late it is read', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  const { mayRead, looked, back } = outage()
  let now = 1 * HOUR
  writeFileSync(path, '')
  const { lines, see } = await tailed(directory, ['x.log'], {
    mayRead,
    intervalMs: 100,
    monotonic: () => now
  })
  const all = numbered(0, 30)
  appendFileSync(path, text(all.slice(0, 10)))
  await looked(2)
  now = 2 * HOUR
  appendFileSync(path, text(all.slice(10, 20)))
  copyFileSync(path, `${path}.1`)
  truncateSync(path)
  await looked(2)
  now = 3 * HOUR
  appendFileSync(path, text(all.slice(20)))
  await looked(2)
  now = 9 * HOUR
  back()
  await see(all)
  expect(lines.map(({ time }) => time / HOUR)).toEqual([1, 2, 3].flatMap((hour) => Array(10).fill(hour)))
})

test('a small correction of the clock does not turn the lines of a file round', async () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'x.log')
  let now = 10 * HOUR
  writeFileSync(path, '')
  const { lines, see } = await tailed(directory, ['x.log'], { timeAt: () => now })
  const messages: string[] = []
  for (const by of [0, -5_000, 6_000, -2 * HOUR]) {
    now += by
    messages.push(`${by}`)
    appendFileSync(path, `${by}\n`)
    await see(messages)
  }
  expect(lines.map(({ time }) => time - 10 * HOUR)).toEqual([0, 0, 1_000, 1_000 - 2 * HOUR])
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
