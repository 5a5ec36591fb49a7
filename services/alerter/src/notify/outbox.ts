/** Notes down what must be sent, in the transaction of what it tells of: neither is ever there without the other. */
import { randomUUID } from 'node:crypto'
import type { PoolClient } from '@miniobserv/db'
import { divide, loadDestinations } from './destinations.ts'
import type { Message } from './message.ts'

const INSERT = `
  insert into notifications (id, at, kind, rule_id, rule, severity, channel_id, channel, message)
  select n.id, $1, m ->> 'kind', (m -> 'rule' ->> 'id')::int, m -> 'rule' ->> 'name', m -> 'rule' ->> 'severity',
         n."channelId", n.channel, m
  from jsonb_array_elements($2) with ordinality as e (row, place),
       jsonb_to_record(e.row) as n (id uuid, "channelId" int, channel text, message jsonb),
       lateral (select n.message) as x (m)
  order by e.place`

/**
 * Routes and channels are those of this moment. Where no route gives a channel, nothing is written.
 *
 * @param now epoch ms
 * @returns how many notifications were written: one a message and channel
 */
export async function writeNotifications(
  client: PoolClient,
  messages: readonly Message[],
  now: number
): Promise<number> {
  if (messages.length === 0) return 0
  const destinations = await loadDestinations(client)
  const rows = messages.flatMap((message) =>
    divide(message, destinations).map(([{ id, name }, part]) => ({
      ...{ id: randomUUID(), channelId: id, channel: name, message: part }
    }))
  )
  if (rows.length > 0) await client.query(INSERT, [new Date(now), JSON.stringify(rows)])
  return rows.length
}
