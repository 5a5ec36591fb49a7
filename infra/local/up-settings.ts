/** What a person may set for `npm run up`. */
import { join, resolve } from 'node:path'
import { describe, List, readSettings, Secret } from '@miniobserv/settings'
import Type, { type Static } from 'typebox'

const Settings = Type.Object({
  PORT: Type.Integer({ minimum: 1, maximum: 65_535, default: 8080, description: 'Where the page is served' }),
  HOST: Type.String({ default: '127.0.0.1', description: 'The address it listens on; 0.0.0.0 for all' }),
  DATA_DIR: Type.String({ default: '.miniobserv', description: 'Where everything is kept' }),
  DATABASE_URL: Type.Optional(
    Secret({ description: 'A PostgreSQL to use instead of the one that comes along' })
  ),
  REDIS_URL: Type.Optional(Secret({ description: 'A Redis to use instead of one on this machine' })),
  AGENT_TOKEN: Type.Optional(Secret({ description: "Signs agents' tokens; generated where not set" })),
  ADMIN_PASSWORD: Type.Optional(Secret({ description: 'What admin signs in with; generated where not set' })),
  LOG_FILES: Type.Optional(
    List({ description: 'Globs of log files to follow, comma-separated [/var/log, and our own logs]' })
  )
})

export type UpSettings = Static<typeof Settings> & {
  /** DATA_DIR, absolute. */
  home: string
  logFiles: string[]
}

/** @throws {SettingsError} naming every wrong setting */
export function readUpSettings(env: Record<string, string | undefined>): UpSettings {
  const settings = readSettings(Settings, env)
  const home = resolve(settings.DATA_DIR)
  const everyLog = ['/var/log/syslog', '/var/log/messages', '/var/log/**/*.log', join(home, 'logs', '*.log')]
  return { ...settings, home, logFiles: settings.LOG_FILES ?? everyLog }
}

export const upHelp = `Runs all of MiniObserv on this machine: PostgreSQL, Redis, the server and an agent.

  npm run up

Settings, from the environment; secrets also as NAME_FILE. Those of the server (npm run server -- --help) and of the
agent (npm run agent -- --help) are passed on to them.

${describe(Settings)}`
