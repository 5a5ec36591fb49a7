/** `npm run move` from a plain database to a plain one; to TimescaleDB it is tested in that lane of the conformance suite. */
import { once } from 'node:events'
import { describe, expect, inject, test } from 'vitest'
import { laneOn } from '../../conformance/lane.ts'
import { moving } from '../../conformance/moving.ts'
import { runProgram, tempDir } from '../../testkit/index.ts'
import { moveProgress } from '../progress.ts'

describe('from plain to plain', () => moving(() => laneOn(inject('databaseUrl'))))

test('says what it does, and what is wrong', async () => {
  const run = async (env: Record<string, string>, ...args: string[]) => {
    const program = runProgram('infra/move.ts', env, args)
    const [code] = await once(program.process, 'close')
    return { code, output: program.output() }
  }
  expect((await run({}, '--help')).output).toContain('npm run move -- --to')
  expect((await run({})).code).toBe(2)
  const nowhere = await run({ DATA_DIR: tempDir(), MOVE_TO: 'postgres://127.0.0.1:1/x' })
  expect(nowhere.output).toContain('There is no database of npm run up')
  const unreachable = await run({ MOVE_FROM: inject('databaseUrl'), MOVE_TO: 'postgres://127.0.0.1:1/x' })
  expect(unreachable.output).toContain('The database to move to cannot be used')
})

test('progress learns how many bytes a partition makes', () => {
  const lines: string[] = []
  let now = 0
  const progress = moveProgress(
    300,
    (line) => lines.push(line),
    () => now
  )
  progress.begin('a', 100)
  now = 1_000
  progress.add(50)
  progress.end(7)
  progress.begin('b', 200)
  now = 7_000
  progress.add(50)
  expect(lines[0]).toMatch(/^ 33 % {2}a: 7 rows .* about 2 s left$/)
  expect(lines[1]).toMatch(/^ 67 % {2}b … .* about 4 s left$/)
})
