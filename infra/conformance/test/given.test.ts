/** A whole TimescaleDB with its background jobs, where there is one. */
import { afterAll, beforeAll, describe } from 'vitest'
import { type Given, givenTimescale } from '../given.ts'
import { laneOn } from '../lane.ts'
import { moving } from '../moving.ts'
import { conformance } from '../suite.ts'

const given = givenTimescale()
if (!given) {
  console.log(
    'Conformance on a given TimescaleDB: SKIPPED, neither DATABASE_URL_TIMESCALE nor a Docker engine with the image is here.'
  )
}

describe.skipIf(!given)('a given TimescaleDB', () => {
  let server: Given | undefined
  beforeAll(async () => {
    server = await given?.start()
  }, 300_000) // an image may have to be fetched
  afterAll(() => server?.stop())
  const open = () => laneOn(server?.url as string)

  conformance(given?.title ?? 'a given TimescaleDB', open)
  describe('moving a plain database onto it', () => moving(open))
})
