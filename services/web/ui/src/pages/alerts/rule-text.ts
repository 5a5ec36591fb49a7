/** A rule without what the server adds to it: what can be sent back. */
import type { Rule, RuleText } from '@miniobserv/protocol'

export function textOf(rule: Rule): RuleText {
  const { name, condition, hosts, severity, for: lasting, remind, labels, note, enabled } = rule
  return { name, condition, hosts, severity, for: lasting, remind, labels, note, enabled }
}
