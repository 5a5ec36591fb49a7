/** What a rule looks for, in one line, with its numbers as people read them. */
import type { Rule } from '@miniobserv/protocol'
import { valueText } from '@miniobserv/protocol/units'
import { texts } from '../../texts.ts'

const { editor, conditions: words } = texts.alerts

export function conditionWords({ condition, unit }: Pick<Rule, 'condition' | 'unit'>): string {
  switch (condition.kind) {
    case 'threshold': {
      const { metric, where, agg, window, across, op, value } = condition
      const put = across ? ` (${editor.acrosses[across]})` : ''
      const [over, is] = [editor.aggs[agg], `${editor.ops[op]} ${valueText(value, unit)}`]
      return words.threshold(`${metric}${whereWords(where)}${put}`, over, window, is)
    }
    case 'no-data':
      return words.noData(condition.metric + whereWords(condition.where), condition.after)
    case 'host-down':
      return words.hostDown(condition.after)
    case 'log-match':
      return words.logMatch(condition.count, condition.query, condition.window)
    case 'forecast': {
      const { metric, where, limit, within } = condition
      return words.forecast(metric + whereWords(where), valueText(limit, unit), within)
    }
    case 'blind':
      return words.blind(condition.behind)
  }
}

function whereWords(where: Record<string, string> | undefined): string {
  const pairs = Object.entries(where ?? {}).map(([name, value]) => `${name}=${value}`)
  return pairs.length > 0 ? ` {${pairs.join(', ')}}` : ''
}
