/** Takes the next message of a channel, so that no other sender has it, and notes what came of it. */
import { type Pool, transaction } from '@miniobserv/db'
import type { ChannelConfig } from '@miniobserv/protocol'
import type { Message } from './message.ts'

/**
 * A message belongs to whoever took it for so long, ms; after that its sender is taken for dead. Longer than any attempt.
 * Leases and pauses go by the database's clock, which all copies share.
 */
export const LEASE = 20_000

export interface Taken {
  /** Of the notification. */
  id: string
  rule: string
  message: Message
  /** Since the first attempt, ms. */
  triedFor: number
  channel: {
    name: string
    enabled: boolean
    config: ChannelConfig
    /** In a row, before this attempt. */
    failures: number
  }
}

const CHANNEL = `
  select name, enabled, config, failures, extract(epoch from paused_until - clock_timestamp())::float8 * 1000 as pause
  from channels where id = $1 for no key update`

/**
 * Of each rule the oldest message comes first, and waits for no other rule's; those that failed less often come before
 * those that failed more often, so that one that is never taken does not stand before all others.
 */
const TAKE = `
  with heads as (
    select distinct on (rule_id) id, attempts, position from notifications
    where channel_id = $1 and state = 'waiting' order by rule_id, position
  )
  update notifications n
  set leased_until = clock_timestamp() + $2 * interval '1 ms', attempts = n.attempts + 1,
      first_tried = coalesce(n.first_tried, clock_timestamp())
  where n.id = (select id from heads order by attempts, position limit 1)
    and not exists (
      select from notifications other
      where other.channel_id = $1 and other.state = 'waiting' and other.leased_until > clock_timestamp()
    )
  returning n.id, n.rule, n.message, extract(epoch from clock_timestamp() - n.first_tried)::float8 * 1000 as "triedFor"`

/**
 * One sender at a time has a message of a channel: channels take about one a second, and order is kept.
 *
 * @returns undefined where there is nothing to send, or somebody else is at it: then he goes on to what is left; a number
 * where nobody may try before so many ms
 */
export async function takeNext(db: Pool, channelId: number): Promise<Taken | number | undefined> {
  return transaction(db, async (client) => {
    const { rows } = await client.query<Taken['channel'] & { pause: number | null }>(CHANNEL, [channelId])
    if (!rows[0]) return undefined
    const { pause, ...channel } = rows[0]
    if (pause !== null && pause > 0) return Math.ceil(pause)
    const taken = await client.query<Omit<Taken, 'channel'>>(TAKE, [channelId, LEASE])
    return taken.rows[0] && { ...taken.rows[0], channel }
  })
}

export interface Outcome {
  state: 'sent' | 'failed' | 'waiting'
  /** Why it was not taken, or by whom not. */
  error: string | undefined
  /** well: it has answered, whatever it was; a number: nobody tries again before so many ms; undefined: as it was. */
  channel: 'well' | number | undefined
}

/** Sent stays sent: a sender whose lease was over may come late. */
const NOTE = `
  with noted as (
    update notifications
    set state = $2, error = $3, leased_until = null, sent_at = case when $2 = 'sent' then clock_timestamp() end
    where id = $1 and (state = 'waiting' or $2 = 'sent')
    returning channel_id
  )
  update channels
  set last_error = $3, last_sent = case when $2 = 'sent' then clock_timestamp() else last_sent end,
      failures = case when $4 then 0 when $5::float8 is null then failures else failures + 1 end,
      paused_until = case when $4 then null when $5 is null then paused_until
                          else clock_timestamp() + $5 * interval '1 ms' end
  where id = (select channel_id from noted)`

export async function noteOutcome(db: Pool, id: string, { state, error, channel }: Outcome): Promise<void> {
  const pause = typeof channel === 'number' ? channel : null
  await db.query(NOTE, [id, state, error ?? null, channel === 'well', pause])
}

const WAITING = `
  select id, name from channels c
  where (paused_until is null or paused_until <= clock_timestamp())
    and exists (select from notifications n where n.channel_id = c.id and n.state = 'waiting')
    and not exists (
      select from notifications n
      where n.channel_id = c.id and n.state = 'waiting' and n.leased_until > clock_timestamp()
    )`

/** Channels that have something to send and that nobody is at. */
export async function waitingChannels(db: Pool): Promise<{ id: number; name: string }[]> {
  return (await db.query<{ id: number; name: string }>(WAITING)).rows
}
