/** Tells how severe a log line is, from the line alone; `tail/` puts the answer beside the line. */
import { type Level, levelNamed } from '@miniobserv/protocol'

/** klog's first letters (Kubernetes): `E1123 10:00:00.000000`. */
const KLOG: Record<string, Level> = { I: 'info', W: 'warn', E: 'error', F: 'fatal' }

const JSON_KEYS = ['level', 'severity', 'lvl', 'log.level', 'loglevel', 'levelname', 'severity_text']
/** Larger JSON lines are not parsed for their level alone. */
const JSON_LENGTH = 8 * 1024
const JSON_MEMBER =
  /"(?:level|severity|lvl|log\.level|loglevel|levelname|severity_text)"\s*:\s*(?:"([A-Za-z]+)"|(\d+))/i

/** A level stands near the front, after a time and a name; farther on, such words are prose. */
const FRONT = 160
const LOGFMT = /(?:^|[\s,{])(?:level|lvl|severity|loglevel)="?([A-Za-z]+)/i
const UPPER =
  /(?<![A-Za-z0-9_./-])(TRACE|DEBUG|INFO|INFORMATION|NOTICE|LOG(?=:)|WARN|WARNING|ERROR|ERR(?=[\]:!])|SEVERE|FATAL|CRITICAL|CRIT|ALERT|EMERG|PANIC)(?![A-Za-z0-9_./-])/
const BRACKETED =
  /[[(<](?:[a-z_]+:)?(trace|debug|info|notice|warn|warning|error|err|fatal|critical|crit|alert|emerg|panic)[\])>]/i
const LEADING =
  /(?:^|[\s\]])(trace|debug|info|warn|warning|error|fatal|critical|panic)(?:\[[^\]]*\])?:(?=\s|$)/i

/** The level of one line, or undefined where nobody could tell. */
export function levelOf(line: string): Level | undefined {
  const first = line[0]
  if (first === '{') return jsonLevel(line)
  if (first === '<') {
    const priority = /^<(\d{1,3})>/.exec(line)
    if (priority) return levelNamed(Number(priority[1]) & 7)
  }
  const klog = /^([IWEF])\d{4} \d\d:\d\d:\d\d/.exec(line)
  if (klog?.[1]) return KLOG[klog[1]]
  const logfmt = LOGFMT.exec(line.slice(0, 2 * FRONT))
  if (logfmt?.[1]) {
    const level = levelNamed(logfmt[1])
    if (level) return level
  }
  const front = line.slice(0, FRONT)
  let best: RegExpExecArray | undefined
  for (const pattern of [UPPER, BRACKETED, LEADING]) {
    const found = pattern.exec(front)
    if (found && (best === undefined || found.index < best.index)) best = found
  }
  return best?.[1] === undefined ? undefined : levelNamed(best[1])
}

function jsonLevel(line: string): Level | undefined {
  if (line.length <= JSON_LENGTH) {
    try {
      const parsed: unknown = JSON.parse(line)
      if (typeof parsed !== 'object' || parsed === null) return undefined
      const members = parsed as Record<string, unknown>
      for (const key of JSON_KEYS) {
        const level =
          levelNamed(members[key]) ?? levelNamed((members[key] as { name?: unknown } | undefined)?.name)
        if (level) return level
      }
      return levelNamed((members.log as { level?: unknown } | undefined)?.level)
    } catch {
      // Cut or not JSON after all: look at the text.
    }
  }
  const member = JSON_MEMBER.exec(line.slice(0, JSON_LENGTH))
  return member ? levelNamed(member[1] ?? Number(member[2])) : undefined
}
