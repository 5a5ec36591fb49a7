/** `npm run up`: everything on this machine, each started after what it needs, until Ctrl-C. */
import { setTimeout as sleep } from 'node:timers/promises'
import { claim } from './claim.ts'
import { stopLeftovers } from './leftovers.ts'
import { rotate } from './log-files.ts'
import { pageUrl } from './own-programs.ts'
import { logOf, type Program } from './program.ts'
import { createProgress } from './progress.ts'
import { startStack } from './stack.ts'
import { listenForStop } from './stop-request.ts'
import { readUpSettings, upHelp } from './up-settings.ts'
import { welcome } from './welcome.ts'

async function up(): Promise<void> {
  const settings = readUpSettings(process.env)
  const release = claim(settings.home, pageUrl(settings))
  const progress = createProgress()
  const running: Program[] = []
  const stop = listenForStop(() => {
    for (const program of running) program.hurry()
  })
  const started = startStack({ settings, progress, running, signal: stop.signal })
  const logs = setInterval(() => {
    for (const { log } of running) rotate(log)
  }, 60_000)
  try {
    const facts = await Promise.race([started, stop.asked])
    if (typeof facts === 'string') return
    console.log(welcome({ settings, ...facts }))
    const ended = await Promise.race([stop.asked, ...running.map(anEnding)])
    if (typeof ended !== 'string') {
      throw new Error(
        `${titleOf(ended.program)} has ended (${ended.how}), so the rest was stopped.\n${logOf(ended.program)}`
      )
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error // else it is only the start that was cut short
  } finally {
    clearInterval(logs)
    if (stop.signal.aborted) console.log('\n  Stopping …')
    await Promise.race([started.catch(() => undefined), sleep(3_000)])
    await stopAll()
    release()
  }

  /** Whoever sends before whoever receives. */
  async function stopAll(): Promise<void> {
    for (const program of running.reverse()) {
      await progress.step(titleOf(program), async () => {
        await program.stop()
        return 'stopped'
      })
    }
    await stopLeftovers(settings.home) // one that was just being started
  }
}

const TITLES: Record<string, string> = {
  postgres: 'PostgreSQL',
  redis: 'Redis',
  server: 'Server',
  agent: 'Agent'
}

const titleOf = ({ name }: Program): string => TITLES[name] ?? name

async function anEnding(program: Program): Promise<{ program: Program; how: string }> {
  return { program, how: await program.ended }
}

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(upHelp)
} else {
  const failed = await up().then(
    () => false,
    (error: Error) => {
      console.error(`\n${error.message}`)
      return true
    }
  )
  process.exit(failed ? 1 : 0) // whatever the start, cut short, still waits for
}
