/** What a message says, before any channel dresses it: a title, a line for each host or series, and where to look. */
import type { Severity } from '@miniobserv/protocol'
import { durationWords, labelWords } from '../evaluate/words.ts'
import { cut, oneLine } from './fit.ts'
import type { Message, MessageAlert } from './message.ts'

/** One host or series, in the order in which it is read. */
export interface Line {
  /** `web-01`; empty where the rule is of no host. */
  host: string
  /** `disk=sda`; empty for a host as a whole. */
  labels: string
  /** `system.filesystem.utilization is 97 %, rule: above 90 % (last over 5m)` */
  text: string
  /** `since 03:12:10 UTC`, `after 12 min`; empty where it has just begun. */
  when: string
  /** To the charts of the host at that time. */
  link: string | null
}

export interface Story {
  /** One character that tells at a glance how bad it is. */
  mark: string
  /** 0xRRGGBB */
  color: number
  /** `Resolved: Host down: web-01 and web-02` */
  title: string
  lines: Line[]
  /** `critical · team=shop · 03:12:10 UTC` */
  facts: string
  /** Where it is sent long after: `Sent 47 min late …` */
  late: string | undefined
  /** What to do about it, as the rule says. */
  note: string
  link: string | null
}

const LOOKS: Record<Severity | 'over' | 'test', Pick<Story, 'mark' | 'color'>> = {
  critical: { mark: '🔴', color: 0xc62b35 },
  warning: { mark: '🟠', color: 0xd9730d },
  info: { mark: '🔵', color: 0x2a5bd7 },
  over: { mark: '🟢', color: 0x1a7f4b },
  test: { mark: '🔔', color: 0x2a5bd7 }
}

/** Longer names and summaries say no more to people. UTF-16 units. */
const LONGEST = { name: 100, labels: 150, text: 200, link: 400, note: 1_000 }

/** What is told later than this says so, ms. */
const LATE = 120_000

/** What is shown of the charts before it began and after it was told, ms. */
const AROUND = 30 * 60_000

export interface Telling {
  /** `PUBLIC_URL`, or empty: no links then. */
  publicUrl: string
  /** When it is sent, epoch ms. */
  now: number
}

export function storyOf(message: Message, { publicUrl, now }: Telling): Story {
  const { kind, at, rule, alerts } = message
  const page = publicUrl.replace(/\/+$/, '')
  const linkTo = ({ host, since }: MessageAlert): string | null => {
    if (page === '' || host === null) return null
    const path = `/#/hosts/${encodeURIComponent(host.toWellFormed())}`
    const link = `${page}${path}?from=${since - AROUND}&to=${at + AROUND}`
    return link.length > LONGEST.link ? null : link
  }
  const lines = alerts.map(
    (alert): Line => ({
      host: oneLine(alert.host ?? '', LONGEST.name),
      labels: oneLine(labelWords(alert.labels), LONGEST.labels),
      text: oneLine(alert.summary, LONGEST.text),
      when: whenOf(message, alert),
      link: linkTo(alert)
    })
  )
  const [first] = alerts
  const ofOneHost = first !== undefined && alerts.every(({ host }) => host === first.host)
  const look = kind === 'resolved' ? 'over' : kind === 'test' ? 'test' : rule.severity
  return {
    ...LOOKS[look],
    title: titleOf(message),
    lines,
    facts: [
      kind === 'test' ? '' : rule.severity,
      oneLine(labelWords(rule.labels), LONGEST.labels),
      clock(at, now)
    ]
      .filter((fact) => fact !== '')
      .join(' · '),
    late:
      now - at > LATE ? `Sent ${durationWords(now - at)} late: this was at ${clock(at, now)}.` : undefined,
    note: kind === 'resolved' ? '' : cut(rule.note.toWellFormed().trim(), LONGEST.note),
    link: (ofOneHost && linkTo(first)) || (page && `${page}/#/alerts`) || null
  }
}

const BEFORE: Record<Message['kind'], string> = {
  firing: '',
  resolved: 'Resolved: ',
  reminder: 'Still firing: ',
  test: 'Test: '
}

/** Names the hosts while they are few. */
function titleOf({ kind, rule, alerts }: Message): string {
  const hosts = [
    ...new Set(alerts.flatMap(({ host }) => (host === null ? [] : [oneLine(host, LONGEST.name)])))
  ]
  const title = BEFORE[kind] + oneLine(rule.name, LONGEST.name)
  if (hosts.length === 0) return title
  if (hosts.length > 3) return `${title}: ${hosts.length} hosts`
  const last = hosts.pop() as string
  const names = hosts.length > 0 ? `${hosts.join(', ')} and ${last}` : last
  const series = hosts.length === 0 && alerts.length > 1 ? ` (${alerts.length} series)` : ''
  return `${title}: ${names}${series}`
}

/** What has begun within this time has just begun, ms. */
const JUST = 60_000

function whenOf({ kind, at }: Message, { since }: MessageAlert): string {
  const lasted = at - since
  if (kind === 'resolved') return `after ${durationWords(lasted)}`
  if (kind === 'reminder') return `for ${durationWords(lasted)}`
  return lasted < JUST ? '' : `since ${clock(since, at)}`
}

const DAY = 86_400_000

/** `03:12:10 UTC`, with the date before it unless it is of the last 12 hours. */
export function clock(at: number, now: number): string {
  const [date, time] = new Date(at).toISOString().split('T') as [string, string]
  return `${Math.abs(now - at) < DAY / 2 ? '' : `${date} `}${time.slice(0, 8)} UTC`
}
