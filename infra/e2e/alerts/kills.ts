/** Two alerters, one of which is killed between deciding that something is wrong and saying so; again and again. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Program } from '../../local/program.ts'
import { killOne } from '../chaos/kill.ts'
import { type StageOptions, setStage } from './stage.ts'
import { until } from './until.ts'

export interface KillsOptions extends StageOptions {
  rounds: number
}

export interface KillsReport {
  kills: number
  /** Changes of state that people must hear of, as the history has them. */
  transitions: number
  /** Messages that had to be sent: one for each. */
  messages: number
  /** Of these, how many never came. */
  missing: number
  /** How many came again. */
  repeated: number
  /** Of the repeated, those whose sender was killed after the channel had them, and before it could note so. */
  repeatedInTheGap: number
  /** Whether a host's resolved ever came before its firing. */
  disordered: number
  /** The longest from a transition to its message, ms. */
  slowest: number
}

const HOSTS = 6
/** How long the channel takes to answer at most, ms, and how long after a decision the kill comes at most. */
const ANSWERS_WITHIN = 150
const KILL_WITHIN = 400
/** Longer than a lease and the look after it. */
const PATIENCE = 60_000

export async function killAlerters({ rounds, ...options }: KillsOptions): Promise<KillsReport> {
  const stage = await setStage(options)
  const { db, channel, note, signal, defer } = stage
  const env = { ALERT_INTERVAL: '500ms' }
  const start = async (name: string) => (await stage.serve(name, 'services/alerter/src/main.ts', env)).program
  const alerters: Program[] = [await start('alerter-1'), await start('alerter-2')]

  await db.query(
    `insert into hosts (name, first_seen, last_seen)
     select 'host-' || n, now() - interval '1 h', now() from generate_series(1, $1) n`,
    [HOSTS]
  )
  await db.query(
    `insert into channels (name, config, changed_at, changed_by)
     values ('hook', jsonb_build_object('kind', 'webhook', 'url', $1::text), now(), 'run')`,
    [`${channel.url}/hook`]
  )
  channel.answer(() => ({ after: sleep(Math.random() * ANSWERS_WITHIN) }))
  const silent = new Set<string>()
  // The others send on: one host alone may be down, all together would be the monitor's own fault.
  const beats = setInterval(() => {
    const sql = 'update hosts set last_seen = now() where not name = any($1)'
    db.query(sql, [[...silent]]).catch(() => undefined)
  }, 250)
  defer(() => clearInterval(beats))

  let kills = 0
  const killedAt: number[] = []
  for (let round = 1; round <= rounds && !signal.aborted; round++) {
    const host = `host-${1 + (Math.floor((round - 1) / 2) % (HOSTS - 1))}`
    const down = round % 2 === 1
    const before = await countEvents()
    if (down) silent.add(host)
    else silent.delete(host)
    const seen = down ? "now() - interval '1 min'" : 'now()'
    await db.query(`update hosts set last_seen = ${seen} where name = $1`, [host])
    await until(async () => (await countEvents()) > before, PATIENCE, signal, 3)
    await sleep(Math.random() * KILL_WITHIN)
    const victim = Math.random() < 0.5 ? 0 : 1
    killOne((alerters[victim] as Program).pid)
    killedAt.push(Date.now())
    kills++
    note(`round ${round}: ${host} ${down ? 'down' : 'up'}, alerter-${victim + 1} killed`)
    alerters[victim] = await start(`alerter-${victim + 1}`)
    await until(async () => (await countWaiting()) === 0, PATIENCE, signal, 50)
  }
  // What would come twice has time to come.
  await sleep(1_000)
  return { kills, ...(await judge()) }

  async function countEvents(): Promise<number> {
    const sql =
      "select count(*)::int as n from alert_events where rule = 'Host down' and to_state in ('firing', 'ok')"
    return (await db.query<{ n: number }>(sql)).rows[0]?.n ?? 0
  }

  async function countWaiting(): Promise<number> {
    const { rows } = await db.query<{ n: number }>(
      "select count(*)::int as n from notifications where state = 'waiting'"
    )
    return rows[0]?.n ?? 0
  }

  async function judge(): Promise<Omit<KillsReport, 'kills'>> {
    const { rows } = await db.query<{ id: string; at: Date }>('select id, at from notifications')
    const came = Map.groupBy(channel.requests, ({ headers }) => String(headers['webhook-id']))
    const repeated = [...came.values()].filter(({ length }) => length > 1)
    const inTheGap = ([first]: typeof channel.requests) =>
      killedAt.some((at) => first && at >= first.at && at - first.at <= ANSWERS_WITHIN + 50)
    const state = new Map<string, string>()
    let disordered = 0
    for (const { body } of channel.requests) {
      if (body.kind === 'resolved' && state.get(body.alerts[0].host) === undefined) disordered++
      state.set(body.alerts[0].host, body.kind)
    }
    return {
      transitions: await countEvents(),
      messages: rows.length,
      missing: rows.filter(({ id }) => !came.has(id)).length,
      repeated: channel.requests.length - came.size,
      repeatedInTheGap: repeated.filter(inTheGap).length,
      disordered,
      slowest: Math.max(...rows.map(({ id, at }) => (came.get(id)?.[0]?.at ?? Number.NaN) - at.getTime()))
    }
  }
}
