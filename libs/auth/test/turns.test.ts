/** Taking turns: some at once, some who wait, and nobody beyond. */
import { expect, test } from 'vitest'
import { BusyError, takeTurns } from '../src/turns.ts'

test('so many at once, so many wait, the rest is told at once; whatever fails gives its turn on', async () => {
  const inTurn = takeTurns(2, 3)
  const ends: ((error?: Error) => void)[] = []
  const work = () =>
    new Promise<string>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve('done'))))
  const all = Array.from({ length: 7 }, () => inTurn(work))
  const settled = Promise.allSettled(all)
  await expect(all[5]).rejects.toThrow(BusyError)
  await expect(all[6]).rejects.toMatchObject({ statusCode: 503, code: 'busy', extra: { retryAfter: 5 } })
  expect(ends).toHaveLength(2)
  ends[1]?.(new Error('broken'))
  await expect(all[1]).rejects.toThrow('broken')
  expect(ends).toHaveLength(3)
  const late = inTurn(work)
  for (let n = 0; n < 10; n++) {
    for (const end of ends) end()
    await Promise.resolve()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await late).toBe('done')
  expect((await settled).filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
  expect(ends).toHaveLength(6)
})
