/** An agent dies: it is told, once. The short version of a part of `npm run bench -- alerts`. */
import { expect, test } from 'vitest'
import { killAgent } from './causes.ts'
import { offStage } from './off-stage.ts'

test('an agent that is killed is told as down within 30 s of its missed beat, and as back; once each', async () => {
  const options = { runs: 1, interval: '1s', alertInterval: '1s', waitAtMost: 1_000, hasLooked: true }
  const report = await killAgent({ ...offStage(), ...options })
  expect(report.messages).toBe(2)
  expect(report.toFiring[0]).toBeLessThan(1_000 + 30_000 + 5_000)
}, 180_000)
