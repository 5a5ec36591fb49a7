/** The agent's process: reads the settings, runs until it is told to stop, sends what is left, and ends. */
import { describe, SettingsError } from '@miniobserv/settings'
import { pino } from 'pino'
import { type AgentSettings, readAgentSettings, Settings, startAgent } from './index.ts'

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(`Sends this host's metrics and log lines to a MiniObserv server.

Settings, from the environment:
${describe(Settings)}`)
  process.exit(0)
}

const settings = settingsOrExit()
const log = await logger(settings.LOG_LEVEL)
const agent = startAgent(settings, { log, root: settings.HOST_ROOT })

let stopping = false
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, async () => {
    if (stopping) process.exit(1) // asked twice: now
    stopping = true
    await agent.stop()
    log.info('The agent has stopped')
    process.exit(0)
  })

function settingsOrExit(): AgentSettings {
  try {
    return readAgentSettings(process.env)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

async function logger(level: string) {
  if (!process.stdout.isTTY) return pino({ level })
  const { default: pretty } = await import('pino-pretty')
  return pino({ level }, pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }))
}
