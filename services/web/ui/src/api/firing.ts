/** Asks what fires now and is not silenced, the worst first; and why the monitor itself sees nothing, if it does not. */
import type { Alert, AlertsAnswer } from '@miniobserv/protocol'
import { request } from './client.ts'

export interface Firing {
  alerts: Alert[]
  blind: string | null
}

const WEIGHT: Record<Alert['severity'], number> = { critical: 2, warning: 1, info: 0 }

export async function firingNow(signal: AbortSignal): Promise<Firing> {
  const { alerts, blind } = await request<AlertsAnswer>('alerts', { signal })
  const firing = alerts.filter(({ state, silenced }) => state === 'firing' && !silenced)
  return {
    alerts: firing.sort((a, b) => WEIGHT[b.severity] - WEIGHT[a.severity] || b.since - a.since),
    blind: blind?.reason ?? null
  }
}
