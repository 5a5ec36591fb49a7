/** Makes, changes and ends silences, with a note in the history of who did it. */
import type { PoolClient } from '@miniobserv/db'
import type { SilenceText } from '@miniobserv/protocol'
import { ServiceError } from '@miniobserv/service'
import { writeEvents } from './events.ts'
import { within } from './rules/bounds.ts'
import { noRegex, surelyRegex } from './rules/patterns.ts'
import { refused } from './rules/refused.ts'

export interface Who {
  by: string
  /** Epoch ms. */
  now: number
}

/** @throws {ServiceError} 422 with a code and a path */
export function checkSilence({ hosts, rules, labels, starts, ends, recurs }: SilenceText, now: number): void {
  for (const [i, pattern] of hosts.entries()) if (surelyRegex(pattern)) throw noRegex(`/hosts/${i}`, pattern)
  for (const [i, pattern] of rules.entries()) if (surelyRegex(pattern)) throw noRegex(`/rules/${i}`, pattern)
  for (const [label, pattern] of Object.entries(labels ?? {})) {
    if (surelyRegex(pattern)) throw noRegex(`/labels/${label}`, pattern)
  }
  if (ends === null && !recurs) {
    throw refused(
      'end_missing',
      '/ends',
      'a silence has an end; only a maintenance window that recurs may have none'
    )
  }
  if (ends !== null && ends <= (starts ?? now)) {
    throw refused('ends_before_start', '/ends', 'it ends before it starts')
  }
  if (ends !== null && ends <= now) throw refused('ends_in_past', '/ends', 'its end is in the past')
  if (!recurs) return
  within('/recurs/duration', recurs.duration, ['1m', '7d'])
  try {
    new Intl.DateTimeFormat('en', { timeZone: recurs.zone })
  } catch {
    const detail = `there is no time zone ${JSON.stringify(recurs.zone)}; it takes UTC, Europe/Berlin, America/New_York, …`
    throw refused('unknown_zone', '/recurs/zone', detail)
  }
}

const columns = ({ starts, ends, ...spec }: SilenceText, byDefault: number) => [
  spec,
  new Date(starts ?? byDefault),
  ends === null ? null : new Date(ends)
]

/** @returns its id */
export async function createSilence(client: PoolClient, text: SilenceText, who: Who): Promise<number> {
  checkSilence(text, who.now)
  const { rows } = await client.query<{ id: number }>(
    'insert into silences (spec, starts, ends, created_at, created_by) values ($1, $2, $3, $4, $5) returning id',
    [...columns(text, who.now), new Date(who.now), who.by]
  )
  await note(client, text, `silence made: ${text.reason}`, who)
  return rows[0]?.id as number
}

/** Without `starts`, it starts when it did. @throws {ServiceError} 404 `silence_unknown` */
export async function changeSilence(
  client: PoolClient,
  id: number,
  text: SilenceText,
  who: Who
): Promise<void> {
  const { rows } = await client.query<{ starts: Date }>(
    'select starts from silences where id = $1 for update',
    [id]
  )
  if (!rows[0]) throw unknown(id)
  const starts = text.starts ?? rows[0].starts.getTime()
  checkSilence({ ...text, starts }, who.now)
  await client.query('update silences set spec = $2, starts = $3, ends = $4 where id = $1', [
    id,
    ...columns(text, starts)
  ])
  await note(client, text, `silence changed: ${text.reason}`, who)
}

/** @throws {ServiceError} 404 `silence_unknown` */
export async function deleteSilence(client: PoolClient, id: number, who: Who): Promise<void> {
  const { rows } = await client.query<{ spec: SilenceText }>(
    'delete from silences where id = $1 returning spec',
    [id]
  )
  if (!rows[0]) throw unknown(id)
  await note(client, rows[0].spec, `silence ended: ${rows[0].spec.reason}`, who)
}

const unknown = (id: number) => new ServiceError(404, 'silence_unknown', `there is no silence ${id}`)

const note = (
  client: PoolClient,
  { rules, hosts }: Pick<SilenceText, 'rules' | 'hosts'>,
  summary: string,
  { by, now }: Who
): Promise<void> => {
  const about = { rule: rules.join(', '), host: hosts.join(', ') }
  return writeEvents(client, [
    { ...about, at: now, ruleId: null, severity: 'info', from: null, to: null, summary, by }
  ])
}
