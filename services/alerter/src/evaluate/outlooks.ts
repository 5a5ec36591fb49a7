/** Looks ahead for all rules that do, window by window. */
import type { PoolClient } from '@miniobserv/db'
import { durationMs } from '../duration.ts'
import { attempt } from './attempt.ts'
import { breather } from './breather.ts'
import type { Catalogue } from './catalogue.ts'
import { lookAhead, type TrendOf } from './forecast.ts'
import type { HostLayouts, KnownHost } from './hosts.ts'
import { attemptRule, type OpenRule } from './open-rule.ts'
import type { Trends } from './trends.ts'

/** Reading the past of the rules of one window, ms. */
const TREND_TIMEOUT = 10_000

interface Known {
  catalogue: Catalogue
  layouts: HostLayouts
  trends: Trends
}

/** Those of one window read the past of their series together. */
export async function lookAheadAll(
  client: PoolClient,
  { catalogue, layouts, trends }: Known,
  open: readonly OpenRule[],
  hosts: readonly KnownHost[],
  now: number
): Promise<void> {
  const ahead = open.flatMap((each) => {
    const { condition } = each.rule
    return condition.kind === 'forecast' && !each.error ? [{ each, condition }] : []
  })
  for (const [window, ofWindow] of Map.groupBy(ahead, ({ condition }) => condition.window)) {
    const seriesIds = new Set(ofWindow.flatMap(({ condition }) => [...catalogue.selected(condition).keys()]))
    const read = () => trends.read(client, [...seriesIds], durationMs(window), now)
    const trendOf: TrendOf | Error = await attempt(client, TREND_TIMEOUT, read).catch((error: Error) => error)
    const breathe = breather()
    for (const { each, condition } of ofWindow) {
      await breathe()
      await attemptRule(each, () => {
        if (trendOf instanceof Error) throw trendOf
        lookAhead(condition, { hosts, catalogue, layouts }, trendOf, each.meant, each.stand)
      })
    }
  }
}
