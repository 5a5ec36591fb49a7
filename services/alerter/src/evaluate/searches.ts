/** Searches log lines for all rules that count them, within a time that they share. */
import type { PoolClient } from '@miniobserv/db'
import { attempt } from './attempt.ts'
import type { KnownHost } from './hosts.ts'
import { findMatches, lookAtLogs } from './log-match.ts'
import { attemptRule, type OpenRule } from './open-rule.ts'

/** All searches of a look together, ms. */
const SEARCHES = 5_000

/** SQLSTATE query_canceled. */
const CANCELED = '57014'

/**
 * The quickest first: one that takes too long takes the time of none but itself.
 *
 * @param times how long the search of each rule took at the last look, ms
 */
export async function searchAll(
  client: PoolClient,
  times: Map<number, number>,
  open: readonly OpenRule[],
  hosts: readonly KnownHost[],
  now: number
): Promise<void> {
  const tookBefore = ({ rule }: OpenRule) => times.get(rule.id) ?? 0
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
    times.set(rule.id, took)
    left -= took
  }
}
