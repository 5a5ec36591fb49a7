/** Judges every rule by what one look finds; a rule that cannot be looked at is noted, and harms no other. */
import type { PoolClient } from '@miniobserv/db'
import type { Condition } from '@miniobserv/protocol'
import { durationMs } from '../duration.ts'
import type { StoredRule } from '../rules/stored.ts'
import { lookAtSight, type Surroundings, whyBlind } from './blind.ts'
import { breather } from './breather.ts'
import type { Catalogue } from './catalogue.ts'
import { lookAtHosts } from './host-down.ts'
import type { HostLayouts } from './hosts.ts'
import type { LongWindows } from './long-windows.ts'
import { hostSelector, isOfSamples, type Look, looks, metricsOf, windowMs } from './look.ts'
import { attemptRule, type OpenRule } from './open-rule.ts'
import { lookAheadAll } from './outlooks.ts'
import { searchAll } from './searches.ts'
import { type AlertRow, type Outcome, standings } from './standings.ts'
import { lookAtNoData, lookAtThreshold } from './thresholds.ts'
import type { Trends } from './trends.ts'
import type { Failure } from './write.ts'

/** What is remembered from look to look; all of it can be read again. */
export interface Memory {
  catalogue: Catalogue
  layouts: HostLayouts
  longWindows: LongWindows
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

export async function judgeRules(
  client: PoolClient,
  memory: Memory,
  scene: Scene
): Promise<{ outcomes: Outcome[]; failures: Failure[] }> {
  const { catalogue, layouts, longWindows } = memory
  const { rules, hosts, before, held, oldest = Number.POSITIVE_INFINITY, now } = scene
  const meant = hostSelector(hosts)
  const breathe = breather()
  const failures: Failure[] = []
  const open: OpenRule[] = []
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
    for await (const look of looks(client, { conditions, hosts, catalogue, layouts, longWindows, now })) {
      for (const each of open) {
        await attemptRule(each, (condition) => lookAtSamples(condition, look, each))
        await breathe()
      }
    }
  }
  await lookAheadAll(client, memory, open, hosts, now)
  await searchAll(client, memory.searchTimes, open, hosts, now)
  for (const each of open) {
    await attemptRule(each, async (condition) => {
      const { meant, stand } = each
      // What arrived since the oldest that waits may tell of any host: its silence is known only up to then.
      if (condition.kind === 'host-down') lookAtHosts(condition, hosts, meant, stand, Math.min(oldest, now))
      else if (condition.kind === 'blind') lookAtSight(whyBlind(scene, durationMs(condition.behind)), stand)
    })
  }

  const outcomes: Outcome[] = []
  const listed = new Set(hosts.map(({ id }) => id))
  const away = (id: number, meant: ReadonlySet<number>) => {
    if (id === 0 || meant.has(id)) return
    return listed.has(id) ? 'the rule does not mean it any more' : 'the host was taken off the list'
  }
  for (const each of open) {
    const { rule, stand, meant } = each
    await attemptRule(each, () => void outcomes.push(stand.finish((id) => away(id, meant))))
    if (each.error) failures.push({ ruleId: rule.id, error: each.error.message })
  }
  return { outcomes, failures }
}

function select(condition: Condition, catalogue: Catalogue): void {
  if (isOfSamples(condition)) windowMs(condition)
  if ('metric' in condition) catalogue.selected(condition)
}

function lookAtSamples(condition: Condition, look: Look, { meant, stand }: OpenRule): void {
  if (condition.kind === 'threshold') lookAtThreshold(condition, look, meant, stand)
  else if (condition.kind === 'no-data') lookAtNoData(condition, look, meant, stand)
}
