/** All tests of the repository: every file in a `test/` folder, and the end-to-end scenarios. */
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './infra/testkit/longest-first.ts'

export default defineConfig({
  test: {
    include: ['{agent,libs,services,infra}/**/test/**/*.test.ts', 'infra/e2e/**/*.test.ts'],
    globalSetup: 'infra/testkit/global-setup.ts',
    pool: 'forks',
    // One more than cores of a small machine: the longest files wait more than they work.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 20_000,
    hookTimeout: 60_000
  }
})
