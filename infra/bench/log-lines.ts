/** Log lines as hosts write them, the same on each run: nginx access logs, syslog, and JSON of applications. */
import type { LogLine } from '@miniobserv/protocol'
import { createRandom, type Random } from '../e2e/chaos/random.ts'

const SEED = 20_261_123
const WORDS = 10_000
/** Places in the code of all programs that log something. */
const TEMPLATES = 3_000
/** Words that few lines have, whatever Zipf says: each of them about one line of a million with a message. */
const RARE_WORDS = 400
const RARE_PER_MILLION = 400

const ONSETS = 'b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sc sh sp st str t tr v w x z'.split(
  ' '
)
const VOWELS = 'a e i o u ea ee ai ou io'.split(' ')
const CODAS = ['', '', '', 'n', 'r', 's', 't', 'l', 'm', 'ck', 'nd', 'nt', 'st', 'x', 'p', 'd']

/** Made words, none of them equal. */
function makeWords(count: number, label: string): string[] {
  const random = createRandom(SEED, label)
  const pick = (parts: readonly string[]) => parts[random.below(parts.length)] as string
  const words = new Set<string>()
  while (words.size < count) {
    let word = ''
    for (let i = 0; i < 2 + random.below(2); i++) word += pick(ONSETS) + pick(VOWELS) + pick(CODAS)
    words.add(word)
  }
  return [...words]
}

/** The most frequent first. */
export const words = makeWords(WORDS, 'words')
const templates = Array.from({ length: TEMPLATES }, (_, i) => {
  const random = createRandom(SEED, `template ${i}`)
  return Array.from({ length: 3 + random.below(6) }, () => words[zipf(random, WORDS)]).join(' ')
})
/** Each in a few lines only. */
export const rareWords = makeWords(RARE_WORDS, 'rare').filter((word) => !words.includes(word))
/** In no line. */
export const missingWords = makeWords(RARE_WORDS, 'missing').filter(
  (word) => ![...words, ...rareWords].some((other) => other.includes(word))
)

const METHODS = ['GET', 'GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE']
const STATUSES = [200, 200, 200, 200, 200, 200, 201, 204, 301, 304, 304, 404, 404, 403, 500, 502]
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'curl/8.14.1',
  'kube-probe/1.34'
]
const PROGRAMS = ['sshd', 'systemd', 'cron', 'kernel', 'dockerd', 'postfix/smtpd']
const PINO = [10, 20, 20, 30, 30, 30, 30, 30, 30, 30, 30, 30, 40, 40, 50, 60]
const SHOWN = ['info', 'info', 'info', 'info', 'warn', 'error'] as const

export interface LineSource {
  /** The next line of this host, as its agent would send it. */
  line(time: number): LogLine
}

/** One host's lines: four in ten are nginx's, two syslog's, four an application's. */
export function lineSource(host: number): LineSource {
  const random = createRandom(SEED, `host ${host}`)
  const hex = (digits: number) => {
    let text = ''
    while (text.length < digits) text += random.below(65_536).toString(16).padStart(4, '0')
    return text
  }
  const prose = () => {
    const text = `${templates[zipf(random, TEMPLATES)]} ${words[zipf(random, WORDS)]} ${random.below(1_000)}`
    if (random.below(1_000_000) >= RARE_PER_MILLION) return text
    return `${text} ${rareWords[random.below(rareWords.length)]}`
  }

  function line(time: number): LogLine {
    const kind = random.below(10)
    const at = new Date(time).toISOString()
    if (kind < 4) {
      const address = `10.${random.below(4)}.${random.below(256)}.${random.below(256)}`
      const path = `/${words[zipf(random, 2_000)]}/${words[zipf(random, 2_000)]}/${zipf(random, 100_000)}`
      const status = STATUSES[random.below(STATUSES.length)]
      const request = `${METHODS[random.below(METHODS.length)]} ${path} HTTP/1.1`
      const agent = AGENTS[zipf(random, AGENTS.length)]
      return {
        ...{ time, source: '/var/log/nginx/access.log' },
        message: `${address} - - [${at}] "${request}" ${status} ${random.below(60_000)} "-" "${agent}"`
      }
    }
    if (kind < 6) {
      const program = PROGRAMS[zipf(random, PROGRAMS.length)]
      const level = SHOWN[random.below(SHOWN.length)] as (typeof SHOWN)[number]
      const message = `${at} host-${host} ${program}[${random.below(30_000)}]: ${level}: ${prose()}`
      return { time, source: '/var/log/syslog', level, message }
    }
    const message = {
      ...{ level: PINO[random.below(PINO.length)], time, pid: 4_000 + (host % 7), hostname: `host-${host}` },
      ...{
        reqId: hex(16),
        user: `u${zipf(random, 200_000)}`,
        durationMs: Math.round(random.next() * 3e5) / 1e3
      },
      ...{ route: `/api/${words[zipf(random, 200)]}/:id`, msg: prose() }
    }
    return { time, source: '/srv/app/log/app.json', message: JSON.stringify(message) }
  }
  return { line }
}

/** A rank from 0 to below `count`, each about as likely as 1 / (rank + 1). */
function zipf(random: Random, count: number): number {
  return Math.floor((count + 1) ** random.next()) - 1
}
