/** What is wrong with the system itself, from what its stores say; each with what to look at. */
import type { HealthAnswer, Trouble } from '@miniobserv/protocol'
import type { DatabaseStanding } from './database.ts'
import type { RedisStanding } from './redis.ts'

/** ms. As long as the rule "Monitor blind" waits, too. */
const BACKLOG_OLD = 15_000

/** Of Redis's maxmemory: from here on gateways take no more. */
const NEARLY_FULL = 0.85

/** Minutes are complete after half a minute, hours after two minutes; ms, with time to catch up. */
const BEHIND = { '1m': 5 * 60_000, '1h': 90 * 60_000 } as const

/** ms. The alerter looks every half minute; it may be told to look less often. */
const ALERTER_SILENT = 180_000

/**
 * @param redis undefined where it cannot be reached
 * @param now epoch ms
 */
export function findTroubles(
  redis: RedisStanding | undefined,
  database: DatabaseStanding,
  now: number
): HealthAnswer['troubles'] {
  return [...(redis ? ofRedis(redis, now) : [UNREACHABLE]), ...ofDatabase(database, now)]
}

type Found = HealthAnswer['troubles'][number]
const trouble = (code: Trouble, detail: string): Found => ({ code, detail })

const UNREACHABLE = trouble(
  'redis_unreachable',
  'Redis cannot be reached: gateways take no batches, and writers have none to store.'
)

function ofRedis({ streams, writers, dead, redis }: RedisStanding, now: number): Found[] {
  const found: Found[] = []
  if (!writers.some(({ status }) => status === 'reading')) {
    found.push(
      trouble('no_writer', 'No writer asks for work: what arrives waits in Redis. Is a writer running?')
    )
  }
  const oldest = Math.min(...streams.map(({ oldest }) => oldest ?? Number.POSITIVE_INFINITY))
  if (now - oldest > BACKLOG_OLD) {
    const waited = Math.round((now - oldest) / 1000)
    const detail = `What arrived ${waited} s ago is not stored yet: the writers or the database cannot keep up.`
    found.push(trouble('backlog_old', detail))
  }
  if (dead.letters) {
    const many = dead.letters === 1 ? 'A batch' : `${dead.letters} batches`
    const detail = `${many} could not be stored: “npm run dead” lists them with the reason and sends them again.`
    found.push(trouble('dead_letters', detail))
  }
  const { used, most } = redis
  if (used !== null && most && used > most * NEARLY_FULL) {
    const part = Math.round((used / most) * 100)
    found.push(
      trouble('redis_nearly_full', `Redis uses ${part} % of its maxmemory: gateways take no batches.`)
    )
  }
  return found
}

function ofDatabase({ rollups, alerter, firstSeen }: DatabaseStanding, now: number): Found[] {
  const found: Found[] = []
  for (const { tier, completeUntil } of rollups) {
    if (completeUntil === null || now - completeUntil <= BEHIND[tier]) continue
    const minutes = Math.round((now - completeUntil) / 60_000)
    const [code, what] =
      tier === '1m' ? (['minutes_behind', 'Minutes'] as const) : (['hours_behind', 'Hours'] as const)
    found.push(
      trouble(code, `${what} are complete only until ${minutes} min ago: charts of long ranges read samples.`)
    )
  }
  const { evaluatedAt, reason } = alerter
  const since = evaluatedAt ?? firstSeen
  if (since !== null && now - since > ALERTER_SILENT) {
    const when =
      evaluatedAt === null ? 'has never looked' : `last looked ${Math.round((now - since) / 60_000)} min ago`
    found.push(trouble('alerter_silent', `The alerter ${when} at the rules. Is it running?`))
  }
  if (reason !== null) found.push(trouble('alerter_blind', `The alerter sees nothing: ${reason}`))
  return found
}
