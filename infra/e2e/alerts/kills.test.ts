/** Alerters die that should say what is wrong: it is told, once. The short version of a part of `npm run bench -- alerts`. */
import { expect, test } from 'vitest'
import { killAlerters } from './kills.ts'
import { offStage } from './off-stage.ts'

test('alerters killed between deciding and telling: nothing is lost, and nothing told twice that was noted', async () => {
  const report = await killAlerters({ ...offStage(), rounds: 4 })
  expect(report).toMatchObject({ kills: 4, transitions: 4, messages: 4, missing: 0, disordered: 0 })
  expect(report.repeated).toBe(report.repeatedInTheGap)
}, 180_000)
