/** Judges every rule by what one look finds; a rule that cannot be looked at is noted, and harms no other. */
import type { PoolClient } from '@miniobserv/db'
import type { Condition } from '@miniobserv/protocol'
import { durationMs } from '../duration.ts'
import type { StoredRule } from '../rules/stored.ts'
import { attempt } from './attempt.ts'
import { lookAtSight, type Surroundings, whyBlind } from './blind.ts'
import type { Catalogue } from './catalogue.ts'
import { lookAhead, type TrendOf } from './forecast.ts'
import { lookAtHosts } from './host-down.ts'
import type { HostLayouts } from './hosts.ts'
import { findMatches, lookAtLogs } from './log-match.ts'
import { hostSelector, isOfSamples, type Look, looks, metricsOf, windowMs } from './look.ts'
import { type AlertRow, type Outcome, type Standings, standings } from './standings.ts'
import { lookAtNoData, lookAtThreshold } from './thresholds.ts'
import type { Trends } from './trends.ts'
import type { Failure } from './write.ts'

/** What is remembered from look to look; all of it can be read again. */
export interface Memory {
  catalogue: Catalogue
  layouts: HostLayouts
  trends: Trends
  /** How long the search of a rule took last time, ms. */
  searchTimes: Map<number, number>
}

export interface Scene extends Surroundings {
  rules: readonly StoredRule[]
  /** By rule id: what was not ok before. */
  before: ReadonlyMap<number, AlertRow[]>
  /** Whether silence proves nothing now. */
  held: boolean
}

interface Open {
  rule: StoredRule
  stand: Standings
  meant: ReadonlySet<number>
  error?: Error
}

export async function judgeRules(
  client: PoolClient,
  memory: Memory,
  scene: Scene
): Promise<{ outcomes: Outcome[]; failures: Failure[] }> {
  const { catalogue, layouts } = memory
  const { rules, hosts, before, held, oldest = Number.POSITIVE_INFINITY, now } = scene
  const meant = hostSelector(hosts)
  const failures: Failure[] = []
  const open: Open[] = []
  for (const rule of rules) {
    try {
      const stand = standings(rule, before.get(rule.id) ?? [], held, now)
      open.push({ rule, stand, meant: meant(rule.hosts) })
    } catch (error) {
      failures.push({ ruleId: rule.id, error: (error as Error).message })
    }
  }
  const metrics = metricsOf(rules)
  if (metrics.size > 0) {
    await layouts.read(client, now)
    await catalogue.refresh(client, metrics, layouts.all(), now)
  }

  // One whose selection cannot be read must not be among those that are read for together.
  for (const each of open) await attemptRule(each, (condition) => select(condition, catalogue))
  const conditions = open.flatMap(({ rule, error }) => (error ? [] : [rule.condition])).filter(isOfSamples)
  if (conditions.length > 0) {
    for await (const look of looks(client, { conditions, hosts, catalogue, layouts, now })) {
      for (const each of open) await attemptRule(each, (condition) => lookAtSamples(condition, look, each))
    }
  }
  await lookAheadAll(client, memory, open, scene)
  await searchAll(client, memory, open, scene)
  for (const each of open) {
    await attemptRule(each, async (condition) => {
      const { meant, stand } = each
      // What arrived since the oldest that waits may tell of any host: its silence is known only up to then.
      if (condition.kind === 'host-down') lookAtHosts(condition, hosts, meant, stand, Math.min(oldest, now))
      else if (condition.kind === 'blind') lookAtSight(whyBlind(scene, durationMs(condition.behind)), stand)
    })
  }

  const outcomes: Outcome[] = []
  for (const each of open) {
    const { rule, stand, meant } = each
    await attemptRule(each, () => void outcomes.push(stand.finish((id) => id === 0 || meant.has(id))))
    if (each.error) failures.push({ ruleId: rule.id, error: each.error.message })
  }
  return { outcomes, failures }
}

async function attemptRule(each: Open, look: (condition: Condition) => unknown): Promise<void> {
  if (each.error) return
  try {
    await look(each.rule.condition)
  } catch (error) {
    each.error = error as Error
  }
}

function select(condition: Condition, catalogue: Catalogue): void {
  if (isOfSamples(condition)) windowMs(condition)
  if ('metric' in condition) catalogue.selected(condition)
}

/** Reading the past of the rules of one window, ms. */
const TREND_TIMEOUT = 10_000

/** Those of one window read the past of their series together. */
async function lookAheadAll(
  client: PoolClient,
  { catalogue, layouts, trends }: Memory,
  open: readonly Open[],
  { hosts, now }: Scene
): Promise<void> {
  const ahead = open.flatMap((each) => {
    const { condition } = each.rule
    return condition.kind === 'forecast' && !each.error ? [{ each, condition }] : []
  })
  for (const [window, ofWindow] of Map.groupBy(ahead, ({ condition }) => condition.window)) {
    const seriesIds = new Set(ofWindow.flatMap(({ condition }) => [...catalogue.selected(condition).keys()]))
    const read = () => trends.read(client, [...seriesIds], durationMs(window), now)
    const trendOf: TrendOf | Error = await attempt(client, TREND_TIMEOUT, read).catch((error: Error) => error)
    for (const { each, condition } of ofWindow) {
      await attemptRule(each, () => {
        if (trendOf instanceof Error) throw trendOf
        lookAhead(condition, { hosts, catalogue, layouts }, trendOf, each.meant, each.stand)
      })
    }
  }
}

/** All searches of a look together, ms. */
const SEARCHES = 5_000

/** SQLSTATE query_canceled. */
const CANCELED = '57014'

/** The quickest first: one that takes too long takes the time of none but itself. */
async function searchAll(
  client: PoolClient,
  { searchTimes }: Memory,
  open: readonly Open[],
  { hosts, now }: Scene
): Promise<void> {
  const tookBefore = ({ rule }: Open) => searchTimes.get(rule.id) ?? 0
  const searches = open.filter(({ rule }) => rule.condition.kind === 'log-match')
  let left = SEARCHES
  for (const each of searches.sort((a, b) => tookBefore(a) - tookBefore(b))) {
    const { rule, meant, stand } = each
    const began = performance.now()
    await attemptRule(each, async (condition) => {
      if (condition.kind !== 'log-match') return
      const among = meant.size === hosts.length ? undefined : [...meant]
      const timeout = Math.max(1, Math.ceil(left))
      const matches = await attempt(client, timeout, () => findMatches(client, condition, among, now)).catch(
        (error: Error & { code?: string }) => {
          if (error.code !== CANCELED) throw error
          const seconds = (timeout / 1_000).toFixed(1)
          throw new Error(
            `the search took longer than ${seconds} s; a shorter window or a rarer word takes less`
          )
        }
      )
      lookAtLogs(condition, matches, hosts, meant, stand, now)
    })
    const took = performance.now() - began
    searchTimes.set(rule.id, took)
    left -= took
  }
}

function lookAtSamples(condition: Condition, look: Look, { meant, stand }: Open): void {
  if (condition.kind === 'threshold') lookAtThreshold(condition, look, meant, stand)
  else if (condition.kind === 'no-data') lookAtNoData(condition, look, meant, stand)
}
