/** Makes, changes and deletes channels, with a note in the history of who did it; secrets are in none of them. */
import type { PoolClient } from '@miniobserv/db'
import type { ChannelChange, ChannelConfig, ChannelText } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'
import { writeEvents } from '../events.ts'
import { loadRoutes } from '../notify/destinations.ts'
import { checkTemplate } from '../notify/template.ts'
import { refused } from '../rules/refused.ts'
import type { Who } from '../save-silence.ts'
import { readChannel } from './read.ts'
import { targetOf } from './secrets.ts'

/** @returns its id @throws {ServiceError} 409 `channel_exists`, 422 with a code and a path */
export async function createChannel(client: PoolClient, channel: ChannelText, who: Who): Promise<number> {
  check(channel)
  await refuseTwins(client, channel.name)
  const { rows } = await client.query<{ id: number }>(
    `insert into channels (name, enabled, config, changed_at, changed_by) values ($1, $2, $3, $4, $5) returning id`,
    [channel.name, channel.enabled, channel.config, new Date(who.now), who.by]
  )
  await note(client, `channel created: ${inWords(channel)}`, who)
  return rows[0]?.id as number
}

/**
 * A secret that is not given again stays, as long as the kind does. What went wrong before is forgotten: the next
 * message is tried at once.
 *
 * @throws {ServiceError} 404 `channel_unknown`, 409 `channel_exists`, 400 and 422 with a path
 */
export async function changeChannel(
  client: PoolClient,
  id: number,
  change: ChannelChange,
  who: Who
): Promise<void> {
  const before = await findChannel(client, id)
  const channel = readChannel({ ...change, config: withSecrets(change.config, before.config) })
  check(channel)
  if (channel.name !== before.name) await refuseTwins(client, channel.name)
  await client.query(
    `update channels set name = $2, enabled = $3, config = $4, changed_at = $5, changed_by = $6,
            failures = 0, paused_until = null, last_error = null
     where id = $1`,
    [id, channel.name, channel.enabled, channel.config, new Date(who.now), who.by]
  )
  await note(client, `channel changed: ${inWords(channel)}`, who)
}

/** What still waits for it is noted as failed. @throws {ServiceError} 404 `channel_unknown`, 409 `channel_in_use` */
export async function deleteChannel(client: PoolClient, id: number, who: Who): Promise<void> {
  const channel = await findChannel(client, id)
  const routes = await loadRoutes(client)
  const using = routes.flatMap((route, i) => (route.channels.includes(id) ? [i + 1] : []))
  if (using.length > 0) {
    const detail = `${channel.name} is told by route ${using.join(', ')}; take it out there first`
    throw new ServiceError(409, 'channel_in_use', detail)
  }
  await client.query(
    `update notifications set state = 'failed', error = 'the channel was deleted'
     where channel_id = $1 and state = 'waiting'`,
    [id]
  )
  await client.query('delete from channels where id = $1', [id])
  await note(client, `channel deleted: ${inWords(channel)}`, who)
}

async function findChannel(client: PoolClient, id: number): Promise<ChannelText> {
  const { rows } = await client.query<ChannelText>(
    'select name, enabled, config from channels where id = $1 for update',
    [id]
  )
  if (!rows[0]) throw new ServiceError(404, 'channel_unknown', `there is no channel ${id}`)
  return rows[0]
}

/** What a change leaves out is taken from before; null takes it away. */
function withSecrets(after: ChannelChange['config'], before: ChannelConfig): object {
  const given = Object.entries(after).filter(([, value]) => value !== null)
  if (after.kind !== before.kind) return Object.fromEntries(given)
  const kept = Object.entries(before).filter(([name]) => SECRETS.has(name) && !(name in after))
  return Object.fromEntries([...kept, ...given])
}

const SECRETS = new Set(['url', 'secret', 'server'])

function check({ name, config }: ChannelText): void {
  if (name.trim() !== name || /\p{Cc}/u.test(name)) {
    const detail = 'a name has no spaces around it and no line breaks or other control characters'
    throw refused('name_unusable', '/name', detail)
  }
  checkAddress(config)
  if ('template' in config && config.template !== undefined) {
    checkTemplate(config.template, '/config/template')
  }
}

function checkAddress(config: ChannelConfig): void {
  const [member, address] = config.kind === 'email' ? ['server', config.server] : ['url', config.url]
  const wrong = (detail: string) => refused('address_unusable', `/config/${member}`, detail)
  const url = URL.parse(address)
  if (!url) throw wrong(`${member} is no address that can be used`)
  if (config.kind !== 'email') return
  if (url.search || url.hash || url.pathname.length > 1)
    throw wrong('a server has a port, and nothing after it')
  try {
    decodeURIComponent(url.username + url.password)
  } catch {
    throw wrong('a % in the name or the password is written %25')
  }
}

async function refuseTwins(client: PoolClient, name: string): Promise<void> {
  const { rowCount } = await client.query('select from channels where name = $1', [name])
  if (rowCount === 0) return
  throw new ServiceError(409, 'channel_exists', `there is a channel named ${name} already`, { path: '/name' })
}

const inWords = ({ name, enabled, config }: ChannelText): string =>
  `${name}: ${config.kind}, ${targetOf(config)}${enabled ? '' : ', switched off'}`

export const note = (client: PoolClient, summary: string, { by, now }: Who): Promise<void> =>
  writeEvents(client, [
    { at: now, ruleId: null, rule: '', severity: 'info', from: null, to: null, summary, by }
  ])
