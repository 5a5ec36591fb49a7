/** Reads a line that is a JSON object into level, time, message and attributes; every other line stays as it came. */
import { levelNamed } from './levels.ts'
import { LIMITS } from './limits.ts'
import type { Level, LogLine } from './logs.ts'

/**
 * What loggers call these three, first come first served: pino, bunyan, zap, logrus, structlog, Serilog, GELF, ECS,
 * OpenTelemetry, Docker's json-file.
 */
const MESSAGE = ['msg', 'message', 'event', '@m', '@mt', 'short_message', 'body', 'MESSAGE']
const LEVEL = ['level', 'severity', 'lvl', 'log.level', 'loglevel', 'levelname', 'severity_text', '@l']
const TIME = ['time', '@timestamp', 'timestamp', 'ts', '@t', 'asctime', 'datetime']

/** As deep as the gateway lets attributes be. */
const MAX_DEPTH = 20
/** The longest that anything is kept: what claims to be older than that is no time of a line. */
const PAST_MS = 400 * 86_400_000
/** Numbers that JavaScript would round; only lines that may have one are read in the slower way that keeps them. */
const LONG_NUMBER = /[:,[]\s*-?\d{16}/
/** Without a zone nobody knows which time it is. */
const ZONED = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?\s?([Zz]|[+-]\d\d:?\d\d)$/

type Members = Record<string, unknown>

/**
 * The answer depends on the line alone, so that a batch that comes again is stored the same way. A time is believed
 * from 400 days before to ten minutes after the time that the sender gave the line. What is understood leaves the
 * attributes, unless the original says more (a level of 35, NOTICE). A level and attributes that the sender gave
 * itself stay.
 *
 * @returns `line` itself where its message is no JSON object, or one nested deeper than 20. The message is empty
 *   where the object has none but other members
 */
export function readStructured(line: LogLine): LogLine {
  const members = parseObject(line.message)
  if (!members) return line
  if (isDocker(members)) {
    const { log, time, ...rest } = members
    const inner = { ...line, message: log.replace(/\r?\n$/, ''), time: timeOf(time, line.time) ?? line.time }
    return withAttributes(readStructured(inner), rest, line.attributes)
  }
  const read: LogLine = { ...line, message: '' }
  for (const key of MESSAGE) {
    if (typeof members[key] !== 'string') continue
    read.message = members[key]
    delete members[key]
    break
  }
  readLevel(read, members)
  for (const key of TIME) {
    const time = timeOf(members[key], line.time)
    if (time === undefined) continue
    read.time = time
    delete members[key]
    break
  }
  if (read.message === '' && Object.keys(members).length === 0) read.message = line.message
  return withAttributes(read, members, line.attributes)
}

function parseObject(text: string): Members | undefined {
  if (!text.startsWith('{') || !text.trimEnd().endsWith('}')) return undefined
  try {
    const value: unknown = LONG_NUMBER.test(text) ? JSON.parse(text, exactly) : JSON.parse(text)
    return deeper(value, MAX_DEPTH) ? undefined : (value as Members)
  } catch {
    return undefined
  }
}

/** A reviver that keeps whole numbers which do not fit, digit by digit. */
function exactly(_key: string, value: unknown, { source }: { source?: string } = {}): unknown {
  const rounded = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '')
  return rounded ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(source as string) : value
}

const deeper = (value: unknown, depth: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (depth === 0 || Object.values(value).some((member) => deeper(member, depth - 1)))

/** Docker's json-file wraps each line that a container writes; that line may be JSON in turn. */
const isDocker = (members: Members): members is Members & { log: string } =>
  typeof members.log === 'string' && typeof members.stream === 'string' && typeof members.time === 'string'

function readLevel(read: LogLine, members: Members): void {
  for (const key of LEVEL) {
    const level = levelNamed(members[key])
    if (level === undefined) continue
    read.level ??= level
    if (saysNoMore(members[key], read.level)) delete members[key]
    return
  }
  // ECS as nested objects.
  const log = members.log as Members | null | undefined
  if (read.level === undefined && typeof log === 'object') {
    const level = levelNamed(log?.level)
    if (level !== undefined) read.level = level
  }
}

/** Whether a level as written is nothing but ours by another name. */
function saysNoMore(written: unknown, level: Level): boolean {
  if (typeof written === 'number') return written >= 10 && written % 10 === 0 && levelNamed(written) === level
  const word = String(written).toLowerCase()
  return word === level || (word === 'warning' && level === 'warn')
}

/** @returns epoch ms, or undefined where it is no time or not to be believed */
function timeOf(written: unknown, sent: number): number | undefined {
  let time = Number.NaN
  if (typeof written === 'string' && ZONED.test(written)) {
    time = Date.parse(
      written
        .replace(',', '.')
        .replace(' ', 'T')
        .replace(/\s(?=[Zz+-])/, '')
    )
  } else if (typeof written === 'number') {
    // Seconds, milliseconds, microseconds or nanoseconds: what makes a time of these decades.
    time = written < 1e11 ? written * 1e3 : written < 1e14 ? written : written / (written < 1e17 ? 1e3 : 1e6)
  }
  time = Math.floor(time)
  return time <= sent + LIMITS.aheadMs && time >= sent - PAST_MS ? time : undefined
}

function withAttributes(line: LogLine, members: Members, given: LogLine['attributes']): LogLine {
  return { ...line, attributes: { ...members, ...line.attributes, ...given } }
}
