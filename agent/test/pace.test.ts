import { expect, test } from 'vitest'
import { createPace } from '../src/pace.ts'

/** When requests go that always wait as long as they have to, in ms. */
function times(pace: ReturnType<typeof createPace>, count: number): number[] {
  let now = 0
  return Array.from({ length: count }, () => {
    now += pace.wait(now)
    pace.made(now)
    return now
  })
}

test('at most five a second, and not all agents at the same moment', () => {
  expect(
    times(
      createPace(() => 0, 1),
      4
    )
  ).toEqual([0, 200, 400, 600])
  expect(
    times(
      createPace(() => 1, 1),
      4
    )
  ).toEqual([0, 300, 600, 900])
})

test('an eased pace becomes twice as fast, and is slow again after the next failure', () => {
  const pace = createPace(() => 0, 0.98)
  const all = times(pace, 400)
  expect(all[35]).toBeGreaterThan(4_000)
  expect((all[399] ?? 0) - (all[398] ?? 0)).toBe(100)
  pace.restart()
  pace.made(100_000)
  expect(pace.wait(100_000)).toBe(200)
})
