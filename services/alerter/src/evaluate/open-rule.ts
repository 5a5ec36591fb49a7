/** A rule while it is looked at: what is found is taken by its standings, and what goes wrong concerns it alone. */
import type { Condition } from '@miniobserv/protocol'
import type { StoredRule } from '../rules/stored.ts'
import type { Standings } from './standings.ts'

export interface OpenRule {
  rule: StoredRule
  stand: Standings
  /** Ids of the hosts that it means. */
  meant: ReadonlySet<number>
  /** Why it cannot be looked at; set once, and nothing more is tried. */
  error?: Error
}

export async function attemptRule(each: OpenRule, look: (condition: Condition) => unknown): Promise<void> {
  if (each.error) return
  try {
    await look(each.rule.condition)
  } catch (error) {
    each.error = error as Error
  }
}
