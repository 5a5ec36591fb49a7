/** Who is told of what: routes, by position, and the channels that are switched on. */
import type { Pool, PoolClient } from '@miniobserv/db'
import type { Route } from '@miniobserv/protocol'
import { matchesLabels, matchesName } from '../match.ts'
import type { Message } from './message.ts'

export interface Destination {
  id: number
  name: string
}

export interface Destinations {
  routes: readonly Route[]
  /** Those that are switched on. */
  channels: readonly Destination[]
}

/** In the order in which they are asked. */
export async function loadRoutes(db: Pool | PoolClient): Promise<Route[]> {
  const { rows } = await db.query<{ route: Route }>('select route from alert_routes order by position')
  return rows.map(({ route }) => route)
}

export async function loadDestinations(db: Pool | PoolClient): Promise<Destinations> {
  const routes = await loadRoutes(db)
  const { rows } = await db.query<Destination>('select id, name from channels where enabled order by id')
  return { routes, channels: rows }
}

/**
 * A message for each channel that gets some of its alerts, with those alerts alone. The first route that matches an
 * alert decides, and those after it where it says `goOn`; without any route, every channel gets everything.
 */
export function divide(message: Message, { routes, channels }: Destinations): [Destination, Message][] {
  if (routes.length === 0) return channels.map((channel) => [channel, message])
  const { severity, labels } = message.rule
  const candidates = routes.filter(
    ({ severities }) => severities.length === 0 || severities.includes(severity)
  )
  const alerts = new Map<number, Message['alerts']>()
  for (const alert of message.alerts) {
    const subject = { ...labels, ...alert.labels }
    for (const channel of channelsFor(candidates, alert.host ?? '', subject)) {
      const list = alerts.get(channel) ?? []
      alerts.set(channel, list)
      list.push(alert)
    }
  }
  return channels.flatMap((channel): [Destination, Message][] => {
    const list = alerts.get(channel.id)
    return list ? [[channel, { ...message, alerts: list }]] : []
  })
}

function channelsFor(routes: readonly Route[], host: string, labels: Record<string, string>): Set<number> {
  const ids = new Set<number>()
  for (const route of routes) {
    if (!matchesName(route.hosts, host) || !matchesLabels(route.labels, labels)) continue
    for (const id of route.channels) ids.add(id)
    if (!route.goOn) break
  }
  return ids
}
