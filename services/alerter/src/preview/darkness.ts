/** When silence proved nothing: nobody sent, or had not for long enough. One host that sends is proof that it was not so. */
import { ALL_SILENT, TOGETHER } from '../evaluate/blind.ts'
import { readGaps } from './gaps.ts'
import { gaze, HEARTBEATS } from './gaze.ts'
import type { Past } from './past.ts'

/** Epoch ms; from is in, to is not. */
interface Span {
  from: number
  to: number
}

/** Only as far as samples reach: minutes do not tell. @returns whether silence proved nothing then */
export async function darkTimes(past: Past): Promise<(now: number) => boolean> {
  const { db, reach, to } = past
  const from = Math.max(past.from, reach.rawSince)
  const [witness, ...others] = past.hosts.toSorted((a, b) => a.firstSeen - b.firstSeen)
  if (!witness || others.length === 0 || from >= to) return () => false
  const silences = await readGaps({ ...past, from }, [witness.id], ALL_SILENT)
  let dark: Span[] = silences.map((gap) => ({ from: gap.from, to: Math.min(gap.to, to + 1) }))
  for (const { id } of others) {
    if (dark.length === 0) break
    await past.pause()
    dark = await withoutSigns(db, dark, id)
  }
  const held: Span[] = []
  for (const span of dark) held.push(...heldIn(span, await hostsBefore(db, span.from)))
  return (now) => held.some((span) => span.from <= now && now < span.to)
}

/** What is left of the spans where this host sent nothing either. */
async function withoutSigns(db: Past['db'], spans: readonly Span[], hostId: number): Promise<Span[]> {
  const { rows } = await db.query<{ place: number; time: number }>(
    `select s.place::int, date_part('epoch', f.time) * 1000 as time
     from unnest($2::float8[], $3::float8[]) with ordinality as s ("from", "to", place)
     join frames f on f.host_id = $1 and f.time > to_timestamp(s."from" / 1000) and f.time < to_timestamp(s."to" / 1000)
     order by 1, 2`,
    [hostId, spans.map(({ from }) => from), spans.map(({ to }) => to)]
  )
  const signs = Map.groupBy(rows, ({ place }) => place - 1)
  return spans.flatMap((span, i) => {
    const times = [span.from, ...(signs.get(i) ?? []).map(({ time }) => Math.round(time)), span.to]
    return times
      .slice(1)
      .map((to, place) => ({ from: times[place] as number, to }))
      .filter(({ from, to }) => to - from >= ALL_SILENT)
  })
}

/** How many hosts had just been heard of. */
async function hostsBefore(db: Past['db'], time: number): Promise<number> {
  const { rows } = await db.query<{ hosts: number }>(
    `select count(*)::int as hosts from hosts h
     where exists (
       select from frames where host_id = h.id and time >= $1 and time <= $2
     )`,
    [new Date(Math.floor(time - TOGETHER)), new Date(Math.ceil(time))]
  )
  return rows[0]?.hosts ?? 0
}

function heldIn(span: Span, together: number): Span[] {
  const { look } = gaze()
  const silent = Array.from({ length: together }, (_, id) => ({ id, name: '', lastSeen: span.from }))
  let since: number | undefined
  for (let now = Math.ceil(span.from / HEARTBEATS) * HEARTBEATS; ; now += HEARTBEATS) {
    const { held } = look(now < span.to ? silent : silent.map((host) => ({ ...host, lastSeen: now })), now)
    if (held) since ??= now
    else if (since !== undefined) return [{ from: since, to: now }]
    else if (now >= span.to) return []
  }
}
