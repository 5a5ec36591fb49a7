/** What a person reads once everything runs. */
import { relative, sep } from 'node:path'
import { styleText } from 'node:util'
import { type LocalSecrets, secretsFile } from './secrets.ts'
import type { UpSettings } from './up-settings.ts'

export interface WelcomeOptions {
  settings: UpSettings
  secrets: LocalSecrets
  url: string
  /** Undefined while nothing of this machine has arrived. */
  host: string | undefined
  agentLog: string
}

export function welcome({ settings, secrets, url, host, agentLog }: WelcomeOptions): string {
  const given = settings.ADMIN_PASSWORD !== undefined
  const password = given ? 'the one that you set as ADMIN_PASSWORD' : secrets.ADMIN_PASSWORD
  const kept = given ? '' : `   (kept in ${short(secretsFile(settings.home))})`
  const files = settings.logFiles.map(short)
  const missing = `  No point of this machine has arrived yet; ${short(agentLog)} may say why.`
  const lines = [
    '',
    `  MiniObserv runs at ${styleText(['bold', 'cyan'], url)}`,
    '',
    '  User       admin',
    `  Password   ${styleText('bold', password)}${kept}`,
    '',
    `  Watching   ${host ?? 'this machine'}: CPU, memory, disks, network`,
    ...(files.length > 0 ? [`  Log files  ${files.join('\n             ')}`] : []),
    '',
    ...(host ? [] : [missing, '']),
    `  Ctrl-C stops everything; the data stays in ${short(settings.home)}.`,
    ''
  ]
  return lines.join('\n')
}

/** Relative where it lies below the directory that the person is in. */
function short(path: string): string {
  const from = relative(process.cwd(), path)
  return from === '' || from.startsWith(`..${sep}`) || from === '..' ? path : from
}
