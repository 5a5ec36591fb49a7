/** All tests of the repository: every file in a `test/` folder, and the end-to-end scenarios. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{agent,libs,services,infra}/**/test/**/*.test.ts', 'infra/e2e/**/*.test.ts'],
    globalSetup: 'infra/testkit/global-setup.ts',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000
  }
})
