/** What a rule would have done in the past: the decisions of an evaluation, look by look, on what is kept of the data. */
import { type Pool, reading, readReach, wasCanceled } from '@miniobserv/db'
import type { PreviewAnswer, RuleText } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'
import { breather } from '../evaluate/breather.ts'
import { hostSelector, isOfSamples } from '../evaluate/look.ts'
import type { StoredRule } from '../rules/stored.ts'
import { replayHeartbeats } from './heartbeats.ts'
import { replayLogs } from './logs.ts'
import { replayOutlook } from './outlook.ts'
import { type Past, readBeginning, readPastHosts } from './past.ts'
import { type Replay, replayOf } from './replay.ts'
import { type Replayed, replaySamples } from './samples.ts'
import { timeWords } from './time-words.ts'

const DAY = 86_400_000

export interface Preview {
  rule: RuleText
  /** How far back. */
  days: number
  /** Epoch ms. */
  now: number
  /** How often evaluations look at all rules, ms. */
  interval: number
  /** How long it may take, ms. */
  timeout: number
  /** Aborted when nobody waits any more. */
  signal: AbortSignal
}

/** @throws {ServiceError} 503 `preview_timeout` */
export async function previewRule(
  db: Pool,
  { rule, days, now, interval, timeout, signal }: Preview
): Promise<PreviewAnswer> {
  const end = AbortSignal.any([signal, AbortSignal.timeout(timeout)])
  const to = Math.floor(now / interval) * interval
  try {
    return await reading(db, { timeout, signal: end }, async (one) => {
      const asked = Math.ceil((to - days * DAY) / interval) * interval
      const beginning = await readBeginning(one, asked)
      const from = beginning === undefined ? to : Math.max(asked, Math.floor(beginning / interval) * interval)
      const hosts = await readPastHosts(one)
      const past: Past = {
        ...{ db: one, hosts, meant: hostSelector(hosts)(rule.hosts), from, to, interval },
        ...{ reach: await readReach(one), pause: breather(end) }
      }
      const replay = replayOf({ ...rule, id: 0, source: 'people', changedAt: now, changedBy: '' })
      const { resolution, every, remarks } = await replayOfKind(rule.condition, replay, past)
      const short = from > asked + interval ? [beginningWords(from, to)] : []
      return { from, to, resolution, every, ...replay.found(), remarks: [...short, ...remarks] }
    })
  } catch (error) {
    if (signal.aborted || !(end.aborted || wasCanceled(error))) throw error
    const detail = `to run this rule over ${days} days takes longer than ${timeout / 1_000} s; ask for fewer days, or let it mean fewer hosts`
    throw new ServiceError(503, 'preview_timeout', detail, { path: '/days', retryAfter: 5 })
  }
}

function replayOfKind(condition: StoredRule['condition'], replay: Replay, past: Past): Promise<Replayed> {
  if (isOfSamples(condition)) return replaySamples(condition, replay, past)
  if (condition.kind === 'host-down' || condition.kind === 'blind')
    return replayHeartbeats(condition, replay, past)
  if (condition.kind === 'forecast') return replayOutlook(condition, replay, past)
  return replayLogs(condition, replay, past)
}

const beginningWords = (from: number, to: number): string =>
  from === to ? 'nothing is stored of this time' : `the data begins at ${timeWords(from)}`
