/** Which alerts a panel shows: those that fire on its hosts, the worst first, then the newest. */
import type { Alert, Severity } from '@miniobserv/protocol'

const WORST: readonly Severity[] = ['critical', 'warning', 'info']

/** @param hosts names with * and ?, a leading ! leaves out; none means all, and alerts of no host too */
export function firing(alerts: readonly Alert[], hosts: readonly string[]): Alert[] {
  return alerts
    .filter(
      ({ state, host }) => state === 'firing' && (hosts.length === 0 || (host !== null && meant(hosts, host)))
    )
    .sort((a, b) => WORST.indexOf(a.severity) - WORST.indexOf(b.severity) || b.since - a.since)
}

function meant(patterns: readonly string[], host: string): boolean {
  const not = patterns.filter((pattern) => pattern.startsWith('!'))
  if (not.some((pattern) => globOf(pattern.slice(1)).test(host))) return false
  return not.length === patterns.length || patterns.some((pattern) => globOf(pattern).test(host))
}

const globOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replaceAll('?', '.')}$`,
    'su'
  )
