/** `npm test`: what the tests need, then the checks, then the tests; or, given arguments, those tests alone. */
import { spawn } from 'node:child_process'
import { clearLeftoverRuns } from '../testkit/leftover-runs.ts'
import { chromiumProgram } from './chromium.ts'
import { createProgress } from './progress.ts'
import { redisProgram } from './redis-program.ts'
import { repository } from './repository.ts'
import { trixieFolder } from './trixie-folder.ts'
import { buildWebPage } from './web-page.ts'

/** Vitest's, as they are given after `npm test --`. */
const chosen = process.argv.slice(2)
const env: NodeJS.ProcessEnv = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }
const times: string[] = []
let current: ReturnType<typeof spawn> | undefined

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => current?.kill(signal))
process.exitCode = await test().catch((error: Error) => {
  console.error(`\n${error.message}`)
  return 1
})

/** Resolves with the exit code. */
async function test(): Promise<number> {
  const { step } = createProgress()
  await step('Redis', async (note) => {
    if (env.REDIS_URL) return 'the one of REDIS_URL'
    return redisProgram({ path: env.PATH, note })
  })
  await step('Chromium', async (note) => {
    env.CHROMIUM_PATH = await chromiumProgram({ env, note })
    return env.CHROMIUM_PATH
  })
  if (chosen.length === 0 || chosen.some((each) => each.includes('conformance'))) {
    // Only one of the editions that the conformance suite runs on: the others need nothing.
    await step('TimescaleDB', (note) =>
      trixieFolder(note).catch((error: Error) => `no Apache edition to test with: ${error.message}`)
    )
  }
  if (chosen.length === 0) {
    const code = await run('checks', 'npm', ['run', '--silent', 'check'])
    if (code !== 0) return code
  } else {
    await step('Web page', buildWebPage) // which the checks do too
  }
  const code = await run('tests', 'vitest', ['run', ...chosen])
  await clearLeftoverRuns() // an interrupted vitest does not stop what it has started
  console.log(`${code === 0 ? 'Passed' : 'Failed'}: ${times.join(', ')}`)
  return code
}

async function run(name: string, command: string, args: string[]): Promise<number> {
  const start = performance.now()
  const child = spawn(command, args, { cwd: repository, env, stdio: 'inherit' })
  current = child
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (status) => resolve(status ?? 1))
  })
  times.push(`${name} ${((performance.now() - start) / 1000).toFixed(1)} s`)
  if (code !== 0 && name === 'checks') {
    console.log('The checks have found something; npm run format mends what can be mended by itself.')
  }
  return code
}
