/** TimescaleDB's Apache edition: Debian's package, in a folder that `npm test` makes. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, inject } from 'vitest'
import { TRIXIE } from '../../local/trixie-folder.ts'
import { startTrixiePostgres, type TrixiePostgres } from '../../local/trixie-postgres.ts'
import { laneOn } from '../lane.ts'
import { moving } from '../moving.ts'
import { conformance } from '../suite.ts'

const there = existsSync(TRIXIE) && process.getuid?.() === 0
if (!there) {
  console.log(
    'Conformance on TimescaleDB (Apache): SKIPPED, npm test could not make its Debian folder (it needs root).'
  )
}

describe.skipIf(!there)('TimescaleDB, Apache edition', () => {
  let server: TrixiePostgres
  beforeAll(async () => {
    server = await startTrixiePostgres(TRIXIE, dirname(inject('tempRoot')))
  })
  afterAll(() => server?.stop())
  const open = () => laneOn(server.url)

  conformance('TimescaleDB, Apache edition', open, 'apache')
  describe('moving a plain database onto it', () => moving(open))
})
