/** For `npm run e2e:compose`: needs a Docker engine and minutes, and is therefore not among the tests of `npm test`. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['infra/e2e/compose/*.compose.ts'],
    // One stack at a time is enough for a machine.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 15 * 60_000
  }
})
