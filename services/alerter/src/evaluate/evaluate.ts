/** One look at everything for all rules: read, judge, and keep what came of it in one transaction. */
import { type Pool, type PoolClient, transaction } from '@miniobserv/db'
import { STREAMS } from '@miniobserv/stream'
import type { Redis } from 'ioredis'
import { durationMs } from '../duration.ts'
import { loadRules, type StoredRule } from '../rules/stored.ts'
import type { Outbox } from '../rules/turn.ts'
import { loadSilences, silencesAt } from '../silences.ts'
import { lookAround, oldestWaiting, watchingSince, whyBlind } from './blind.ts'
import { createCatalogue } from './catalogue.ts'
import { hostLayouts, type KnownHost, readHosts } from './hosts.ts'
import { judgeRules, type Memory } from './judge.ts'
import { EVALUATION_LOCK } from './lock.ts'
import { createLongWindows } from './long-windows.ts'
import { readState, writeState } from './sight.ts'
import { tell } from './tell.ts'
import { createTrends } from './trends.ts'
import { readRows, writeOutcomes } from './write.ts'

/** all: every rule; heartbeats: only whether hosts send and the monitor sees, which is cheap. */
export type Scope = 'all' | 'heartbeats'

export interface Evaluated {
  rules: number
  failed: number
  hosts: readonly KnownHost[]
  transitions: number
  messages: number
  /** Why the monitor sees nothing, or null. */
  blind: string | null
  /** Whether silence proves nothing now. */
  held: boolean
  /** Since all rules were last looked at, ms; null for the first time ever. */
  sinceLast: number | null
}

export interface Evaluator {
  /** @param now epoch ms @returns undefined where somebody else is at it: another copy, or a person who changes a rule */
  evaluate(scope: Scope, now: number): Promise<Evaluated | undefined>
}

/** Of any one statement, ms: then the look is given up, and the next one comes on time. */
const STATEMENT_TIMEOUT = 60_000

export interface EvaluatorDeps {
  db: Pool
  redis: Redis
  outbox: Pick<Outbox, 'write'>
}

export function createEvaluator(deps: EvaluatorDeps): Evaluator {
  const memory: Memory = {
    ...{ catalogue: createCatalogue(), layouts: hostLayouts() },
    ...{ longWindows: createLongWindows(), trends: createTrends() },
    searchTimes: new Map()
  }
  return {
    evaluate: (scope, now) =>
      transaction(deps.db, async (client) => {
        const { rows } = await client.query<{ mine: boolean }>(
          `select pg_try_advisory_xact_lock($1) as mine, set_config('statement_timeout', $2, true),
                  set_config('jit', 'off', true)`,
          [EVALUATION_LOCK, String(STATEMENT_TIMEOUT)]
        )
        return rows[0]?.mine ? look(client, deps, memory, scope, now) : undefined
      })
  }
}

async function look(
  client: PoolClient,
  { redis, outbox }: EvaluatorDeps,
  memory: Memory,
  scope: Scope,
  now: number
): Promise<Evaluated> {
  const began = performance.now()
  const all = await loadRules(client)
  const rules = all.filter(({ enabled, condition }) => enabled && isOf(scope, condition.kind))
  const before = await readRows(
    client,
    rules.map(({ id }) => id)
  )
  const silenced = silencesAt(await loadSilences(client, now), now)
  const state = await readState(client)
  const oldest = await oldestWaiting(redis, [STREAMS.metrics, STREAMS.logs])
  // After the streams: what was stored meanwhile is no longer waited for, and its host was heard of.
  const hosts = await readHosts(client)
  const around = { hosts, oldest, watching: watchingSince(state, now), now }
  const blind = whyBlind(around, behindOf(all))
  const { sight, held } = lookAround(state, blind, now)

  memory.layouts.prune(now)
  const scene = { rules, before, held, ...around }
  const { outcomes, failures } = await judgeRules(client, memory, scene)
  const messages = outcomes.flatMap((outcome) => tell(outcome, silenced, now))
  await writeOutcomes(client, outcomes, failures, now)
  if (messages.length > 0) await outbox.write(client, messages, now)
  await writeState(client, {
    ...sight,
    evaluatedAt: scope === 'all' ? now : state.evaluatedAt,
    lookedAt: now + Math.round(performance.now() - began)
  })
  return {
    ...{ rules: rules.length, failed: failures.length, hosts, messages: messages.length, blind, held },
    transitions: outcomes.reduce((sum, { transitions }) => sum + transitions.length, 0),
    sinceLast: state.evaluatedAt === null ? null : now - state.evaluatedAt
  }
}

const isOf = (scope: Scope, kind: StoredRule['condition']['kind']): boolean =>
  scope === 'all' || kind === 'host-down' || kind === 'blind'

/** Data that waits so long to be stored, ms, makes silence prove nothing, whatever rules say. */
const BEHIND = 15_000

/** The same, or less where a rule warns of less: a rule that warns late holds nothing back any later. */
const behindOf = (rules: readonly StoredRule[]): number =>
  rules.reduce(
    (least, { condition }) =>
      condition.kind === 'blind' ? Math.min(least, durationMs(condition.behind)) : least,
    BEHIND
  )
