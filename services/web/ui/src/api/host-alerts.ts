/** Asks the alerter about one host: what happened, and which rules there are. */
import type { AlertEvent, HistoryAnswer, Rule, RulesAnswer } from '@miniobserv/protocol'
import { request } from './client.ts'

export interface HostAlerts {
  /** The newest first. */
  events: AlertEvent[]
  rules: Rule[]
}

/** More is not told apart on one axis. */
const MOST = 1000

/** @param from @param to epoch ms */
export async function hostAlerts(
  host: string,
  from: number,
  to: number,
  signal: AbortSignal
): Promise<HostAlerts> {
  const query = new URLSearchParams({ host, from: String(from), to: String(to), limit: String(MOST) })
  const [{ events }, { rules }] = await Promise.all([
    request<HistoryAnswer>('alerts/history', { query, signal }),
    request<RulesAnswer>('rules', { signal })
  ])
  return { events, rules }
}
