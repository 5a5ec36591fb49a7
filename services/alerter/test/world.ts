/**
 * A database with hosts, samples and lines as the writer leaves them, and an evaluator that is asked at times of the
 * test's choosing: no test here waits for an interval to pass.
 */
import { randomUUID } from 'node:crypto'
import { ensurePartitions } from '@miniobserv/db'
import { type TestDatabase, type TestRedis, testDatabase, testRedis } from '@miniobserv/infra/testkit'
import type { State } from '@miniobserv/protocol'
import { createEvaluator, type Evaluated, type Evaluator, type Scope } from '../src/evaluate/evaluate.ts'
import type { Message } from '../src/notify/message.ts'
import { readRule } from '../src/rules/read.ts'
import { createRule } from '../src/rules/save.ts'
import { takeTurn } from '../src/rules/turn.ts'

/** Epoch ms: a whole hour, so that minutes and hours are where they look to be. */
export const START = 1_795_428_000_000
export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000

export interface World {
  db: TestDatabase
  redis: TestRedis
  /** Saves a rule as a person would, but for what is only checked against the database. @returns its id */
  rule(text: { name: string; condition: object; [member: string]: unknown }): Promise<number>
  /** One frame of a host, whose series are named `metric` or `metric{label=value,…}`; it is heard of at that time. */
  send(host: string, at: number, values: Record<string, number | null>): Promise<void>
  /** The same every ten seconds, both ends included. */
  sendAll(
    host: string,
    from: number,
    to: number,
    values: (at: number) => Record<string, number>
  ): Promise<void>
  /** Log lines of a host, in one block. */
  log(host: string, at: number, messages: string[]): Promise<void>
  /** Heard of, without any sample. */
  heard(host: string, at: number): Promise<void>
  /** Looks as if it had looked five seconds before, too. */
  look(at: number, options?: { scope?: Scope; away?: boolean; by?: Evaluator }): Promise<Evaluated>
  /** What the looks since the last call would have told, in short: `firing CPU: a{cpu=0}, b`. */
  told(): string[]
  /** The same messages in full. */
  messages: Message[]
  /** What is not ok, in short: `CPU a{cpu=0}: firing`. */
  states(): Promise<string[]>
  /** Transitions, the oldest first, in short: `CPU a{cpu=0}: ok → firing`. */
  history(): Promise<string[]>
  evaluator(): Evaluator
  close(): Promise<void>
}

export async function startWorld(): Promise<World> {
  const [db, redis] = await Promise.all([testDatabase(), testRedis()])
  const messages: Message[] = []
  let untold = 0
  const outbox = {
    write: async (_: unknown, more: readonly Message[]) => messages.push(...more),
    flush: () => undefined
  }
  const evaluator = () => createEvaluator({ db: db.pool, redis: redis.redis, outbox })
  const own = evaluator()
  const seriesIds = new Map<string, number>()
  const layoutIds = new Map<string, number>()
  const days = new Set<number>()

  async function heard(host: string, at: number): Promise<number> {
    const { rows } = await db.pool.query<{ id: number }>(
      `insert into hosts (name, first_seen, last_seen) values ($1, $2, $2)
       on conflict (name) do update set last_seen = greatest(hosts.last_seen, excluded.last_seen) returning id`,
      [host, new Date(at)]
    )
    return rows[0]?.id as number
  }

  async function seriesId(text: string): Promise<number> {
    const known = seriesIds.get(text)
    if (known) return known
    const [, name = text, list = ''] = /^([^{]+)\{(.*)\}$/.exec(text) ?? []
    const labels = Object.fromEntries(list.split(',').flatMap((one) => (one ? [one.split('=')] : [])))
    const unit = name.endsWith('utilization') ? '1' : ''
    const { rows } = await db.pool.query<{ id: number }>(
      'insert into series (name, labels, unit) values ($1, $2, $3) returning id',
      [name, labels, unit]
    )
    const id = rows[0]?.id as number
    seriesIds.set(text, id)
    return id
  }

  async function layoutId(names: readonly string[]): Promise<number> {
    const hash = names.join()
    const known = layoutIds.get(hash)
    if (known) return known
    const ids: number[] = []
    for (const name of names) ids.push(await seriesId(name))
    const { rows } = await db.pool.query<{ id: number }>(
      'insert into layouts (hash, series_ids) values ($1, $2) returning id',
      [hash, ids]
    )
    const id = rows[0]?.id as number
    layoutIds.set(hash, id)
    return id
  }

  async function partitionsFor(...times: number[]): Promise<void> {
    const missing = times.filter((time) => !days.has(Math.floor(time / (24 * HOUR))))
    if (missing.length === 0) return
    await ensurePartitions(db.pool, ['frames', 'log_blocks', 'frames_1m', 'frames_1h'], missing)
    for (const time of missing) days.add(Math.floor(time / (24 * HOUR)))
  }

  await db.pool.query('update alerter_state set looked_at = $1, sight_since = $1', [new Date(START - HOUR)])
  const world: World = {
    ...{ db, redis, messages, evaluator },
    async rule(text) {
      const deps = { db: db.pool, now: () => START, outbox }
      const rule = readRule({ remind: null, ...text })
      return takeTurn(deps, 'test', (turn) => createRule(turn, rule, 'people'))
    },
    async send(host, at, values) {
      await world.sendAll(host, at, at, () => values as Record<string, number>)
    },
    async sendAll(host, from, to, values) {
      const times: number[] = []
      for (let at = from; at <= to; at += 10 * SECOND) times.push(at)
      const [first = from, last = to] = [times[0], times.at(-1)]
      await partitionsFor(first, last)
      const hostId = await heard(host, last)
      const frames = times.map(values)
      const layout = await layoutId(Object.keys(frames[0] ?? {}))
      await db.pool.query(
        `insert into frames (time, host_id, layout_id, values)
         select f.time, $1, $2, f.values::float8[] from unnest($3::timestamptz[], $4::text[]) as f (time, values)`,
        [
          ...[hostId, layout, times.map((at) => new Date(at).toISOString())],
          frames.map((each) => `{${Object.values(each).map((value) => value ?? 'null')}}`)
        ]
      )
    },
    async log(host, at, lines) {
      await partitionsFor(at)
      const hostId = await heard(host, at)
      const all = (value: string) => lines.map(() => value)
      await db.pool.query(
        `insert into log_blocks (time, min_time, host_id, batch, times, levels, sources, messages)
         values ($1, $1, $2, $3, $4, $5, $6, $7)`,
        [
          new Date(at),
          hostId,
          randomUUID(),
          lines.map(() => new Date(at)),
          all(''),
          all('/var/log/syslog'),
          lines
        ]
      )
    },
    async heard(host, at) {
      await heard(host, at)
    },
    async look(at, { scope = 'all', away = false, by = own } = {}) {
      if (!away) await db.pool.query('update alerter_state set looked_at = $1', [new Date(at - 5 * SECOND)])
      const found = await by.evaluate(scope, at)
      if (!found) throw new Error('somebody else is at it')
      return found
    },
    told() {
      const fresh = messages.slice(untold)
      untold = messages.length
      return fresh.map(({ kind, rule, alerts }) => `${kind} ${rule.name}: ${alerts.map(short).join(', ')}`)
    },
    async states() {
      const { rows } = await db.pool.query<Subject & { rule: string; state: State }>(
        `select r.name as rule, s.host, s.labels, s.state from alert_states s join rules r on r.id = s.rule_id
         order by r.name, s.host, s.labels_key`
      )
      return rows.map((row) => `${row.rule} ${short(row)}: ${row.state}`)
    },
    async history() {
      const { rows } = await db.pool.query<Subject & { rule: string; from: State; to: State }>(
        `select rule, host, labels, from_state as from, to_state as to from alert_events
         where to_state is not null order by id`
      )
      return rows.map((row) => `${row.rule} ${short(row)}: ${row.from} → ${row.to}`)
    },
    async close() {
      await Promise.all([db.close(), redis.close()])
    }
  }
  return world
}

interface Subject {
  host: string | null
  labels: Record<string, string>
}

function short({ host, labels }: Subject): string {
  const pairs = Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
  return `${host ?? '-'}${pairs.length > 0 ? `{${pairs.join()}}` : ''}`
}
