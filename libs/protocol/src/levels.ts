/** What loggers call a level, in words or numbers, and which of ours it is. */
import type { Level } from './logs.ts'

/** In lower case. */
const WORDS: Record<string, Level> = {
  trace: 'trace',
  verbose: 'trace',
  finest: 'trace',
  debug: 'debug',
  info: 'info',
  information: 'info',
  informational: 'info',
  notice: 'info',
  log: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  severe: 'error',
  fatal: 'fatal',
  critical: 'fatal',
  crit: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  panic: 'fatal'
}

/** Syslog severities, RFC 5424 section 6.2.1: 0 is an emergency, 7 is debugging. */
const SYSLOG: Level[] = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug']

/** Words in any case; numbers are syslog's from 0 to 7, and from 10 those of pino and bunyan. */
export function levelNamed(value: unknown): Level | undefined {
  if (typeof value === 'string') {
    const word = value.toLowerCase()
    return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined
  }
  if (typeof value !== 'number' || !(value >= 0)) return undefined
  if (value < 8) return SYSLOG[Math.floor(value)]
  if (value < 20) return 'trace'
  if (value < 30) return 'debug'
  if (value < 40) return 'info'
  if (value < 50) return 'warn'
  return value < 60 ? 'error' : 'fatal'
}
