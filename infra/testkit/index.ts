/** What tests use beside vitest: a real PostgreSQL, a real Redis, and ways to wait. */
export { freePort } from '../local/ports.ts'
export { type TestDatabase, testDatabase } from './database.ts'
export { eventually } from './eventually.ts'
export { signIn, TEST_PASSWORD, type TestServer, testServer } from './hosted.ts'
export { type TestRedis, testRedis } from './redis.ts'
export { tempDir } from './temp-dir.ts'
export { type Answer, post, TEST_SECRET, thirdPartyToken } from './third-party.ts'
