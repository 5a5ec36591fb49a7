/** What a person sets for one agent; read once, at the start of `main.ts`. */
import { hostname } from 'node:os'
import { HostName, type Labels } from '@miniobserv/protocol'
import { Bytes, Duration, List, readSettings, Secret, SettingsError } from '@miniobserv/settings'
import Type, { type Static } from 'typebox'

const SHORTEST_MS = 100

export const Settings = Type.Object({
  SERVER_URL: Type.String({
    pattern: '^https?://[^/]+',
    description: 'Where to send, for example https://monitor.example.com'
  }),
  AGENT_TOKEN: Secret({ description: "The secret that signs this agent's tokens; the server has the same" }),
  HOST_NAME: Type.String({ ...HostName, default: hostname(), description: 'The name of this host' }),
  HOST_ROOT: Type.String({
    default: '/',
    description: "In a container: where the host's root directory is mounted"
  }),
  INTERVAL: Duration({ default: '10s', description: 'Time between two metric points' }),
  LOG_FILES: List({
    default: '',
    description: 'Globs of log files to follow, comma-separated; one that begins with ! leaves files out'
  }),
  HOST_LABELS: List({
    default: '',
    description: 'What hosts are grouped and filtered by, comma-separated: team=web,env=prod'
  }),
  LOG_INTERVAL: Duration({ default: '500ms', description: 'Time between two looks at the log files' }),
  BUFFER_MB: Type.Integer({
    minimum: 1,
    default: 16,
    description: 'Most compressed megabytes kept in memory while the server is away'
  }),
  LINE_BYTES: Bytes({ default: '64KiB', description: 'Longer log lines are cut; the server takes 64KiB' }),
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    description: "How much of the agent's own doings is logged"
  })
})
export type AgentSettings = Omit<Static<typeof Settings>, 'HOST_LABELS'> & { HOST_LABELS: Labels }

/** @throws {SettingsError} naming every wrong or missing setting */
export function readAgentSettings(environment: Record<string, string | undefined>): AgentSettings {
  const settings = readSettings(Settings, environment)
  const problems: string[] = []
  for (const name of ['INTERVAL', 'LOG_INTERVAL'] as const)
    if (settings[name] < SHORTEST_MS) problems.push(`${name}: must be at least ${SHORTEST_MS}ms`)
  if (settings.LINE_BYTES < 16) problems.push('LINE_BYTES: must be at least 16B')
  if (!URL.canParse(settings.SERVER_URL)) problems.push('SERVER_URL: is not an address')
  // The server takes a list while a secret is rotated; whoever copies it here means the one in use.
  const token = settings.AGENT_TOKEN.split(',')
    .map((member) => member.trim())
    .find((member) => member !== '')
  if (token === undefined) problems.push('AGENT_TOKEN: is empty')
  const labels: Labels = {}
  for (const member of settings.HOST_LABELS) {
    const [, name, value] = /^([^=\s]+)\s*=\s*(.+)$/.exec(member) ?? []
    if (name === undefined || value === undefined) {
      problems.push(`HOST_LABELS: ${JSON.stringify(member)} is not name=value`)
    } else labels[name] = value
  }
  if (problems.length > 0) throw new SettingsError(problems)
  return { ...settings, AGENT_TOKEN: token ?? '', HOST_LABELS: labels }
}
