/** The order of test files: what takes long begins first, so that no worker is left with it in the end. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { repository } from '../local/repository.ts'

/** Those that mostly wait, then those that work; all others follow, as vitest orders them. */
const LONGEST = [
  'infra/e2e/alerts/kills.test.ts',
  'infra/e2e/chaos/chaos.test.ts',
  'infra/e2e/alerts/causes.test.ts',
  'infra/e2e/alerts/blind.test.ts',
  'infra/e2e/page/alerts.test.ts',
  'services/query/test/lines.test.ts',
  'infra/e2e/scenario/scenario.test.ts',
  'infra/e2e/page/hosts.test.ts',
  'infra/local/test/start.test.ts',
  'infra/conformance/test/apache.test.ts',
  'infra/move/test/move.test.ts',
  'infra/e2e/page/frame.test.ts',
  'infra/e2e/page/dashboards.test.ts',
  'services/alerter/test/thresholds.test.ts',
  'services/alerter/test/silent.test.ts',
  'services/writer/test/retention.test.ts',
  'agent/test/outage.test.ts',
  'agent/test/tail.test.ts',
  'infra/e2e/page/people.test.ts',
  'infra/e2e/page/settings.test.ts',
  'infra/conformance/test/community.test.ts',
  'infra/e2e/caddy/caddy.test.ts',
  'infra/local/test/up.test.ts'
].map((path) => join(repository, path))

export class LongestFirst extends BaseSequencer {
  /** @throws where a file of the list is gone */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = LONGEST.find((path) => !existsSync(path))
    if (gone) throw new Error(`there is no ${gone}; infra/testkit/longest-first.ts names it`)
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.indexOf(moduleId)
      return at < 0 ? LONGEST.length : at
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}
