/** What goes to the database in binary comes back from it to the bit. */
import { partitionKeeper, transaction } from '@miniobserv/db'
import { testDatabase } from '@miniobserv/infra/testkit'
import type { Point } from '@miniobserv/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addFrames, insertFrames, noFrames } from '../src/frames.ts'

type Database = Awaited<ReturnType<typeof testDatabase>>
let db: Database
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db?.close())

const DAY = 86_400_000
const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))

test('any times and values, gaps and empty points', async () => {
  const first = Math.floor(Date.now() / DAY) * DAY
  const partitions = partitionKeeper(db.pool)
  await partitions.ensure([first])
  let host = 0
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(fc.nat(DAY - 1), fc.array(value, { maxLength: 70 })), {
        selector: ([offset]) => offset,
        minLength: 1,
        maxLength: 20
      }),
      async (made) => {
        host++
        const points = made.map(([offset, values]): Point => [first + offset, ...values])
        const frames = noFrames()
        addFrames(frames, host, 7, points)
        await transaction(db.pool, (client) => insertFrames(client, frames))
        const { rows } = await db.pool.query(
          `select (extract(epoch from time) * 1000)::bigint as time, layout_id, values from frames
           where host_id = $1`,
          [host]
        )
        const stored = rows.map(({ time, values }) => [time, ...values])
        const byTime = (a: unknown[], b: unknown[]) => Number(a[0]) - Number(b[0])
        expect(stored.sort(byTime)).toEqual(points.toSorted(byTime))
        expect(new Set(rows.map(({ layout_id }) => layout_id))).toEqual(new Set([7]))
      }
    ),
    { numRuns: 100 }
  )
})
