/** Conformance on TimescaleDB's Apache edition: Debian's package, in a folder that `npm test` makes. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, inject } from 'vitest'
import { TRIXIE } from '../../local/trixie-folder.ts'
import { startTrixiePostgres } from '../../local/trixie-postgres.ts'
import { laneOn } from '../lane.ts'
import { conformance } from '../suite.ts'

const there = existsSync(TRIXIE) && process.getuid?.() === 0
if (!there) {
  console.log(
    'Conformance on TimescaleDB (Apache): SKIPPED, npm test could not make its Debian folder (it needs root).'
  )
}

describe.skipIf(!there)('Debian', () => {
  conformance(
    'TimescaleDB, Apache edition',
    async () => {
      const server = await startTrixiePostgres(TRIXIE, dirname(inject('tempRoot')))
      const lane = await laneOn(server.url)
      return {
        pool: lane.pool,
        async close() {
          await lane.close()
          await server.stop()
        }
      }
    },
    'apache'
  )
})
