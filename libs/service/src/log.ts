/** The log: JSON lines for programs, readable ones on a terminal. */
import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

/** Values under these names never reach a log, wherever someone logs a whole object. */
const SECRET = ['AGENT_TOKEN', 'ADMIN_PASSWORD', 'SESSION_SECRET', 'DATABASE_URL', 'REDIS_URL', 'password']

export function createLog(name: string, level: string): Logger {
  const options = {
    name,
    level,
    redact: { paths: [...SECRET, ...SECRET.map((path) => `*.${path}`)], censor: '(secret)' }
  }
  // In the same thread, so that the last lines before an exit are not lost.
  return process.stdout.isTTY ? pino(options, pretty({ ignore: 'pid,hostname', sync: true })) : pino(options)
}
