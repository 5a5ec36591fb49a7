/** Conformance on TimescaleDB's Community edition, in this process. */
import { migrate } from '@miniobserv/db'
import { inProcessTimescale } from '../../testkit/pglite.ts'
import { conformance } from '../suite.ts'

conformance(
  'TimescaleDB, Community edition',
  async () => {
    const { pool, reconnect, close } = await inProcessTimescale()
    await migrate(pool)
    await reconnect()
    return { pool, close }
  },
  'community'
)
