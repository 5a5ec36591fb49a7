/** Sends a message to one channel because somebody wants to see whether it arrives. */
import { randomUUID } from 'node:crypto'
import type { Pool } from '@miniobserv/db'
import type { ChannelConfig, Notification } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'
import { testMessage } from './examples.ts'
import { LEASE, noteOutcome } from './lease.ts'
import { findNotification } from './listed.ts'
import { send } from './send.ts'
import type { Telling } from './story.ts'

const INSERT = `
  insert into notifications (id, at, kind, rule, severity, channel_id, channel, message, attempts, first_tried, leased_until)
  values ($1, $2, 'test', $3, 'info', $4, $5, $6, 1, clock_timestamp(), clock_timestamp() + $7 * interval '1 ms')`

/**
 * Waits for what comes of it. It is sent past the queue, past pauses, and to a channel that is switched off as well; it is
 * noted like any other message before it is sent.
 *
 * @throws {ServiceError} 404 `channel_unknown`
 */
export async function tryChannel(db: Pool, channelId: number, telling: Telling): Promise<Notification> {
  const { rows } = await db.query<{ name: string; config: ChannelConfig }>(
    'select name, config from channels where id = $1',
    [channelId]
  )
  const [channel] = rows
  if (!channel) throw new ServiceError(404, 'channel_unknown', `there is no channel ${channelId}`)
  const id = randomUUID()
  const message = testMessage(channel.name, telling.now)
  const about = [id, new Date(telling.now), message.rule.name, channelId, channel.name, message]
  await db.query(INSERT, [...about, LEASE])
  try {
    const remark = await send({ id, config: channel.config, message }, telling)
    await noteOutcome(db, id, { state: 'sent', error: remark, channel: 'well' })
  } catch (error) {
    await noteOutcome(db, id, { state: 'failed', error: (error as Error).message, channel: undefined })
  }
  return (await findNotification(db, id)) as Notification
}
