/** Conformance on the PostgreSQL of all tests: the embedded one, or that of DATABASE_URL, whatever it is. */
import { testDatabase } from '../../testkit/index.ts'
import { conformance } from '../suite.ts'

const given = process.env.DATABASE_URL
conformance(
  given ? 'the database of DATABASE_URL' : 'plain PostgreSQL',
  testDatabase,
  given ? undefined : 'plain'
)
