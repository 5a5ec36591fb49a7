/** Who is told of what, as people write it: the routes, all of them at once. */
import type { PoolClient } from '@miniobserv/db'
import type { Route, Routes } from '@miniobserv/protocol'
import { noRegex, pointer, surelyRegex } from '../rules/patterns.ts'
import { refused } from '../rules/refused.ts'
import type { Who } from '../save-silence.ts'
import { note } from './save.ts'

/** In place of those before. @throws {ServiceError} 422 with a code and a path */
export async function saveRoutes(client: PoolClient, { routes }: Routes, who: Who): Promise<void> {
  // Two people who save at once: one after the other.
  await client.query('lock table alert_routes in share row exclusive mode')
  const { rows } = await client.query<{ id: number; name: string }>(
    'select id, name from channels for key share'
  )
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  for (const [i, route] of routes.entries()) check(route, `/routes/${i}`, names)
  await client.query('delete from alert_routes')
  await client.query(
    `insert into alert_routes (position, route)
     select place, route from jsonb_array_elements($1) with ordinality as r (route, place)`,
    [JSON.stringify(routes)]
  )
  const told = routes.map(({ channels }) => channels.map((id) => names.get(id)).join(' and ') || 'nobody')
  await note(client, `routes changed: ${told.join('; ') || 'every channel is told everything'}`, who)
}

function check({ hosts, labels, channels }: Route, path: string, names: ReadonlyMap<number, string>): void {
  for (const [i, pattern] of hosts.entries()) {
    if (surelyRegex(pattern)) throw noRegex(`${path}/hosts/${i}`, pattern)
  }
  for (const [label, pattern] of Object.entries(labels ?? {})) {
    if (surelyRegex(pattern)) throw noRegex(pointer(`${path}/labels`, label), pattern)
  }
  for (const [i, id] of channels.entries()) {
    if (!names.has(id)) throw refused('channel_unknown', `${path}/channels/${i}`, `there is no channel ${id}`)
  }
}
