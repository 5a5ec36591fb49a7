/** What a rule looks for, in one line. */
import type { Condition } from '@miniobserv/protocol'
import { texts } from '../../texts.ts'

const words = texts.alerts.editor

export function conditionWords(condition: Condition): string {
  switch (condition.kind) {
    case 'threshold': {
      const { metric, where, agg, window, across, op, value } = condition
      const put = across ? ` (${words.acrosses[across]})` : ''
      return `${metric}${whereWords(where)}${put}: ${words.aggs[agg]} in ${window} is ${words.ops[op]} ${value}`
    }
    case 'no-data':
      return `${condition.metric}${whereWords(condition.where)} stops for ${condition.after}`
    case 'host-down':
      return `nothing comes from a host for ${condition.after}`
    case 'log-match':
      return `${condition.count} lines or more match “${condition.query}” in ${condition.window}`
    case 'forecast':
      return `${condition.metric}${whereWords(condition.where)} reaches ${condition.limit} within ${condition.within}`
    case 'blind':
      return `nothing arrives, or data waits for ${condition.behind}`
  }
}

function whereWords(where: Record<string, string> | undefined): string {
  const pairs = Object.entries(where ?? {}).map(([name, value]) => `${name}=${value}`)
  return pairs.length > 0 ? ` {${pairs.join(', ')}}` : ''
}
