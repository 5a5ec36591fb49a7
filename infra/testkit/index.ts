/** What tests use beside vitest: a real PostgreSQL, a real Redis, and ways to wait. */
export { freePort } from '../local/ports.ts'
export { type TestDatabase, testDatabase } from './database.ts'
export { eventually } from './eventually.ts'
export { type TestRedis, testRedis } from './redis.ts'
export { tempDir } from './temp-dir.ts'
