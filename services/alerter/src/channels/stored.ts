/** Channels as the API shows them: never with what is secret. */
import type { Pool, PoolClient } from '@miniobserv/db'
import type { Channel, ChannelConfig } from '@miniobserv/protocol'
import { targetOf } from './secrets.ts'

interface ChannelRow {
  id: number
  name: string
  enabled: boolean
  config: ChannelConfig
  changed_at: Date
  changed_by: string
  waiting: number
  last_sent: Date | null
  last_error: string | null
}

const LIST = `
  select c.id, c.name, c.enabled, c.config, c.changed_at, c.changed_by, c.last_sent, c.last_error,
         (select count(*)::int from notifications n where n.channel_id = c.id and n.state = 'waiting') as waiting
  from channels c order by c.name`

/** By name. */
export async function listChannels(db: Pool | PoolClient): Promise<Channel[]> {
  const { rows } = await db.query<ChannelRow>(LIST)
  return rows.map(({ config, changed_at, changed_by, last_sent, last_error, ...row }) => ({
    ...row,
    ...{ kind: config.kind, target: targetOf(config) },
    template: 'template' in config ? (config.template ?? null) : null,
    mail: config.kind === 'email' ? { from: config.from, to: config.to } : null,
    signed: config.kind === 'webhook' && config.secret !== undefined,
    ...{ changedAt: changed_at.getTime(), changedBy: changed_by },
    ...{ lastSent: last_sent?.getTime() ?? null, lastError: last_error }
  }))
}
