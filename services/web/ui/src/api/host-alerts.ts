/** Asks the alerter about one host: what fires, what happened, and which rules there are. */
import type { Alert, AlertEvent, AlertsAnswer, HistoryAnswer, Rule, RulesAnswer } from '@miniobserv/protocol'
import { request } from './client.ts'

export interface HostAlerts {
  firing: Alert[]
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
  const [{ alerts }, { events }, { rules }] = await Promise.all([
    request<AlertsAnswer>('alerts', { signal }),
    request<HistoryAnswer>('alerts/history', { query, signal }),
    request<RulesAnswer>('rules', { signal })
  ])
  const firing = alerts.filter((alert) => alert.host === host && alert.state === 'firing')
  return { firing, events, rules }
}
