/** A preview decides as evaluations do: half an hour of data is evaluated look by look, then every rule is run over it. */

import { ensurePartitions } from '@miniobserv/db'
import { type TestDatabase, type TestRedis, testDatabase, testRedis } from '@miniobserv/infra/testkit'
import type { PreviewAnswer, RuleText } from '@miniobserv/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEvaluator } from '../src/evaluate/evaluate.ts'
import type { Message } from '../src/notify/message.ts'
import { previewRule } from '../src/preview/preview.ts'
import { readRule } from '../src/rules/read.ts'

const SECOND = 1_000
const MINUTE = 60_000
const START = 1_795_428_000_000
const END = START + 30 * MINUTE

/** Whether this host sends at this minute of the half hour: c falls silent twice, all of them for a minute. */
function sends(host: number, minute: number): boolean {
  if (minute >= 20 && minute < 21.2) return false
  return host !== 3 || !((minute >= 6 && minute < 8) || (minute >= 24 && minute < 29))
}

/** Goes up and down, differently on each host; sometimes near to, and sometimes exactly at, what rules warn of. */
function load(host: number, minute: number): number {
  const wave = 0.45 + 0.45 * Math.sin((minute * host) / 2.2)
  return minute > 15 && minute < 17 && host === 1 ? 0.45 : Math.round(wave * 1e4) / 1e4
}

const spare = (host: number, minute: number): number | null =>
  host === 2 && ((minute > 9 && minute < 13) || minute > 27) ? null : 1 + host

let db: TestDatabase
let redis: TestRedis
const messages: Message[] = []
const ids = new Map<string, number>()

const AHEAD = { metric: 'load', window: '30m', limit: 1, within: '3h' }

const RULES: RuleText[] = [
  { name: 'at once', condition: threshold({ window: '1m', value: 0.7 }) },
  { name: 'lasting', condition: threshold({ window: '2m', value: 0.5 }), for: '1m' },
  { name: 'with recovery', condition: threshold({ window: '30s', value: 0.8, recover: 0.3 }) },
  { name: 'together', condition: threshold({ window: '1m', value: 0.9, across: 'sum' }) },
  { name: 'exactly', condition: threshold({ window: '1m', op: '>', value: 0.45, agg: 'avg' }) },
  { name: 'low', condition: threshold({ window: '1m', op: '<', value: 0.1, agg: 'min' }) },
  { name: 'number', condition: threshold({ window: '2m', op: '<', value: 10, agg: 'count' }) },
  { name: 'last', condition: threshold({ window: '5m', value: 0.85, agg: 'last' }), hosts: ['a', 'c'] },
  { name: 'reminding', condition: threshold({ window: '5m', op: '>=', value: 0 }), remind: '5m' },
  { name: 'stopped', condition: { kind: 'no-data', metric: 'spare', after: '1m' } },
  { name: 'soon stopped', condition: { kind: 'no-data', metric: 'spare', after: '3m' } },
  { name: 'down', condition: { kind: 'host-down', after: '30s' } },
  { name: 'long down', condition: { kind: 'host-down', after: '2m' }, for: '30s', remind: '5m' },
  { name: 'dark', condition: { kind: 'blind', behind: '15s' } },
  { name: 'lines', condition: { kind: 'log-match', query: 'needle', window: '1m', count: 3 } },
  { name: 'soon full', condition: { kind: 'forecast', ...AHEAD } },
  {
    name: 'full for a while',
    condition: { kind: 'forecast', ...AHEAD, within: '12h', where: { part: 'x' } },
    for: '1m'
  },
  { name: 'any line', condition: { kind: 'log-match', query: 'needle -hay', window: '5m' }, for: '1m' }
].map((rule) => readRule(rule))

function threshold(part: object): object {
  return { kind: 'threshold', metric: 'load', op: '>', ...part }
}

beforeAll(async () => {
  ;[db, redis] = await Promise.all([testDatabase(), testRedis()])
  await store()
  await storeLines()
  for (const rule of RULES) {
    const { name, ...spec } = rule
    const { rows } = await db.pool.query(
      `insert into rules (name, spec, source, changed_at, changed_by) values ($1, $2, 'people', now(), 'test') returning id`,
      [name, spec]
    )
    ids.set(name, rows[0].id)
  }
  await evaluateAll()
})
afterAll(() => Promise.all([db?.close(), redis?.close()]))

async function store(): Promise<void> {
  const { pool } = db
  await pool.query(
    `insert into hosts (name, first_seen, last_seen) select name, $1, $1 from unnest(array['a', 'b', 'c']) name`,
    [new Date(START - MINUTE)]
  )
  await pool.query(
    `insert into series (name, labels, unit) values ('load', '{"part": "x"}', '1'), ('load', '{"part": "y"}', '1'), ('spare', '{}', '')`
  )
  await pool.query(`insert into layouts (hash, series_ids) values ('one', array[1, 2, 3])`)
  await ensurePartitions(pool, ['frames'], [START, END])
  const frames: { time: string; host: number; values: (number | null)[] }[] = []
  for (let time = START - MINUTE; time < END; time += 10 * SECOND) {
    const minute = (time - START) / MINUTE
    for (const host of [1, 2, 3]) {
      if (!sends(host, minute)) continue
      const values = [load(host, minute), load(host, minute + 0.4) / 2, spare(host, minute)]
      frames.push({ time: new Date(time + host * 100).toISOString(), host, values })
    }
  }
  await pool.query(
    `insert into frames (time, host_id, layout_id, values)
     select time, host, 1, array(select v::float8 from jsonb_array_elements_text(vals) with ordinality as e (v, n) order by n)
     from jsonb_to_recordset($1) as f (time timestamptz, host int, vals jsonb)`,
    [JSON.stringify(frames.map(({ time, host, values }) => ({ time, host, vals: values })))]
  )
  // Forecasts are made of minutes.
  await ensurePartitions(pool, ['frames_1m'], [START, END])
  const each = (what: string) => `array[${[1, 2, 3].map((place) => `${what}(values[${place}])`).join()}]`
  await pool.query(
    `insert into frames_1m (time, host_id, layout_id, avgs, mins, maxs, counts)
     select date_trunc('minute', time), host_id, layout_id, ${each('avg')}, ${each('min')}, ${each('max')}, ${each('count')}
     from frames group by 1, 2, 3`
  )
}

/** A block a minute of each host: needles come together now and then, and one of them alone on b. */
async function storeLines(): Promise<void> {
  const { pool } = db
  await ensurePartitions(pool, ['log_blocks'], [START, END])
  for (let minute = 0; minute < 30; minute++) {
    for (const host of [1, 2, 3]) {
      if (!sends(host, minute)) continue
      const times = [5, 12, 31, 44].map((second) =>
        new Date(START + minute * MINUTE + second * SECOND).toISOString()
      )
      const isFull = (minute * host) % 7 < 2
      const messages = times.map((_, i) =>
        isFull ? `a needle ${i}` : host === 2 && minute === 12 && i === 1 ? 'a needle in the hay' : 'nothing'
      )
      await pool.query(
        `insert into log_blocks (time, min_time, host_id, batch, times, levels, sources, messages)
         values ($1, $2, $3, gen_random_uuid(), $4, $5, $6, $7)`,
        [times.at(-1), times[0], host, times, times.map(() => ''), times.map(() => '/var/log/app'), messages]
      )
    }
  }
}

/** As the beat does it: hosts every five seconds, everything every thirty. */
async function evaluateAll(): Promise<void> {
  const outbox = { write: async (_: unknown, more: readonly Message[]) => messages.push(...more) }
  const evaluator = createEvaluator({ db: db.pool, redis: redis.redis, outbox })
  for (let now = START - MINUTE; now <= END; now += 5 * SECOND) {
    await db.pool.query(
      `update hosts h set last_seen = coalesce((select max(time) from frames where host_id = h.id and time <= $1), h.last_seen)`,
      [new Date(now)]
    )
    await db.pool.query('update rollup_progress set done_until = $1 where tier = 1', [
      new Date(Math.floor(now / MINUTE) * MINUTE)
    ])
    if (now < START) {
      // It begins to look: what it finds before the half hour begins does not count.
      await evaluator.evaluate('heartbeats', now)
      await db.pool.query('delete from alert_states')
      await db.pool.query('delete from alert_events')
      messages.length = 0
    } else await evaluator.evaluate(now % (30 * SECOND) === 0 ? 'all' : 'heartbeats', now)
  }
}

interface Found {
  firings: { host: string | null; labels: object; from: number; to: number | null }[]
  messages: number
}

async function live(name: string): Promise<Found> {
  const { rows } = await db.pool.query(
    `select host, labels, from_state as "from", to_state as "to", date_part('epoch', at) * 1000 as at
     from alert_events where rule = $1 and to_state is not null order by id`,
    [name]
  )
  const firings: Found['firings'] = []
  for (const { host, labels, from, to, at } of rows) {
    const same = (each: Found['firings'][number]) =>
      each.to === null && each.host === host && JSON.stringify(each.labels) === JSON.stringify(labels)
    if (from === 'firing') (firings.find(same) as { to: number }).to = at
    if (to === 'firing') firings.push({ host, labels, from: at, to: null })
  }
  return { firings, messages: messages.filter(({ rule }) => rule.id === ids.get(name)).length }
}

const preview = (rule: RuleText): Promise<PreviewAnswer> =>
  previewRule(db.pool, {
    ...{ rule, days: (END - START) / 86_400_000, now: END, interval: 30 * SECOND, timeout: 20_000 },
    signal: new AbortController().signal
  })

const sorted = (firings: Found['firings']) =>
  firings
    .map(({ host, labels, from, to }) => ({
      ...{ host, labels, from: (from - START) / SECOND, to: to && (to - START) / SECOND }
    }))
    .sort(
      (a, b) =>
        a.from - b.from ||
        `${a.host}${JSON.stringify(a.labels)}`.localeCompare(`${b.host}${JSON.stringify(b.labels)}`)
    )

test.each(RULES)('$name: fires when evaluations fired, and tells as often', async (rule) => {
  const expected = await live(rule.name)
  const found = await preview(rule)
  expect(found.from).toBe(START)
  expect(sorted(found.firings)).toEqual(sorted(expected.firings))
  expect(found.firings.length).toBeGreaterThan(0)
  expect(found.messages).toBe(expected.messages)
  expect(found.total).toBe(expected.firings.length)
})
