/** Conformance on a whole TimescaleDB with its background jobs, where there is one. */
import { describe } from 'vitest'
import { givenTimescale } from '../given.ts'
import { laneOn } from '../lane.ts'
import { conformance } from '../suite.ts'

const given = givenTimescale()
if (!given) {
  console.log(
    'Conformance on a given TimescaleDB: SKIPPED, neither DATABASE_URL_TIMESCALE nor a Docker engine is here.'
  )
}

describe.skipIf(!given)('given', () => {
  conformance(given?.title ?? 'a given TimescaleDB', async () => {
    const server = await (given as NonNullable<typeof given>).start()
    const lane = await laneOn(server.url)
    return {
      pool: lane.pool,
      async close() {
        await lane.close()
        await server.stop()
      }
    }
  })
})
