/** Which of the alerts that fire are of a panel's hosts. */
import type { Alert } from '@miniobserv/protocol'
import { matchesName } from '@miniobserv/protocol/patterns'

/** Whether what says which hosts are meant speaks of labels: then only the server knows who that is. */
export const byLabels = (hosts: readonly string[]): boolean => hosts.some((host) => host.includes('='))

/**
 * @param hosts names with * and ?, a leading ! leaves out; none means all, and alerts of no host too
 * @param meant the names that they stand for, where they speak of labels
 */
export const ofHosts = (
  alerts: readonly Alert[],
  hosts: readonly string[],
  meant?: ReadonlySet<string>
): Alert[] =>
  alerts.filter(({ host }) => {
    if (hosts.length === 0) return true
    return host !== null && (meant ? meant.has(host) : matchesName(hosts, host))
  })
