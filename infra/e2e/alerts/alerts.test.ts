/** What is wrong is told, once: when an agent dies, and when alerters die that should say so. Short versions of `npm run bench -- alerts`. */
import { afterEach, expect, test } from 'vitest'
import { tempDir } from '../../testkit/temp-dir.ts'
import { killAgent } from './causes.ts'
import { killAlerters } from './kills.ts'

let undo = new AsyncDisposableStack()
afterEach(async () => {
  await undo.disposeAsync()
  undo = new AsyncDisposableStack()
})
const stage = () => ({
  home: tempDir(),
  note: () => undefined,
  defer: (step: () => unknown) => undo.defer(async () => void (await step())),
  signal: new AbortController().signal
})

test('alerters killed between deciding and telling: nothing is lost, and nothing told twice that was noted', async () => {
  const report = await killAlerters({ ...stage(), rounds: 4 })
  expect(report).toMatchObject({ kills: 4, transitions: 4, messages: 4, missing: 0, disordered: 0 })
  expect(report.repeated).toBe(report.repeatedInTheGap)
}, 180_000)

test('an agent that is killed is told as down within 30 s of its missed beat, and as back; once each', async () => {
  const report = await killAgent({ ...stage(), runs: 1, interval: '1s', alertInterval: '1s' })
  expect(report.messages).toBe(2)
  expect(report.toFiring[0]).toBeLessThan(1_000 + 30_000 + 5_000)
}, 180_000)
