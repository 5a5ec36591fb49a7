/**
 * The monitor's own trouble is told as such: hosts go on sending, the writers are gone, and of all that the alerter could
 * say there is one message. Real processes; only the intervals are shorter than by default.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  eventually,
  freePort,
  type Program,
  post,
  runProgram,
  TEST_SECRET,
  type TestDatabase,
  type TestRedis,
  testDatabase,
  testRedis,
  thirdPartyToken
} from '../../testkit/index.ts'

const HOSTS = Array.from({ length: 20 }, (_, i) => `host-${String(i).padStart(2, '0')}`)
const SECOND = 1_000
const WITHIN = { within: 40 * SECOND }

let db: TestDatabase
let redis: TestRedis
let env: Record<string, string>
const programs = new Map<string, Program>()

async function start(service: string): Promise<string> {
  const port = await freePort()
  programs.set(service, runProgram(`services/${service}/src/main.ts`, { ...env, PORT: String(port) }))
  const url = `http://127.0.0.1:${port}`
  await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), WITHIN)
  return url
}

beforeAll(async () => {
  ;[db, redis] = await Promise.all([testDatabase(), testRedis()])
  env = {
    ...{ DATABASE_URL: db.url, REDIS_URL: redis.url, AGENT_TOKEN: TEST_SECRET, ALERT_INTERVAL: '2s' },
    ...{ SESSION_SECRET: 'signs the sessions of these tests, 32+', ADMIN_PASSWORD: 'open sesame' }
  }
})
afterAll(async () => {
  for (const program of programs.values()) await program.stop()
  await Promise.all([db?.close(), redis?.close()])
})

/** Every host sends every two seconds, until it is stopped. */
function sendAlways(url: string): () => Promise<void> {
  let stopped = false
  const tokens = HOSTS.map((host) => thirdPartyToken(host))
  const all = async () => {
    while (!stopped) {
      await Promise.all(
        HOSTS.map((host, i) =>
          post(
            `${url}/api/v1/metrics`,
            {
              host,
              series: [{ name: 'system.memory.utilization', labels: {}, unit: '1' }],
              points: [[Date.now(), 0.5]]
            },
            { token: tokens[i] }
          )
        )
      )
      await sleep(2 * SECOND)
    }
  }
  const running = all()
  return async () => {
    stopped = true
    await running
  }
}

/** Who was told what since the start, in short: `firing Monitor blind`. */
async function told(): Promise<string[]> {
  const { rows } = await db.pool.query<{ kind: string; rule: string }>(
    'select kind, rule from notifications order by position'
  )
  return rows.map(({ kind, rule }) => `${kind} ${rule}`)
}

test('all writers stop: one message that the monitor is blind, none that hosts are down', async () => {
  const ingest = await start('ingest')
  await start('writer')
  await start('alerter')
  await db.pool.query(
    `insert into channels (name, config, changed_at, changed_by)
     values ('ops', '{"kind": "webhook", "url": "http://127.0.0.1:9/"}', now(), 'test')`
  )
  // As short as rules may be: blind after five seconds, down after twenty.
  await db.pool.query(
    `update rules set spec = jsonb_set(spec, '{condition,behind}', '"5s"') where name = 'Monitor blind'`
  )
  await db.pool.query(
    `update rules set spec = jsonb_set(spec, '{condition,after}', '"20s"') where name = 'Host down'`
  )
  const stopSending = sendAlways(ingest)
  try {
    await eventually(async () => {
      const { rows } = await db.pool.query('select count(*)::int as hosts from hosts')
      expect(rows[0].hosts).toBe(HOSTS.length)
      const { rows: states } = await db.pool.query('select sight_since from alerter_state')
      expect(states[0].sight_since).not.toBeNull()
    }, WITHIN)
    // It has looked for a while by now, so that silence would count.
    await db.pool.query("update alerter_state set sight_since = now() - interval '10 minutes'")

    await programs.get('writer')?.stop()
    const stopped = Date.now()
    await eventually(async () => expect(await told()).toEqual(['firing Monitor blind']), WITHIN)
    // Half as long again as a host takes to be down.
    await eventually(() => expect(Date.now() - stopped).toBeGreaterThan(30 * SECOND), WITHIN)
    const { rows } = await db.pool.query(
      "select max(now() - last_seen) > interval '20 s' as silent from hosts"
    )
    expect(rows[0].silent).toBe(true)
    expect(await told()).toEqual(['firing Monitor blind'])

    await start('writer')
    await eventually(async () => expect(await told()).toContain('resolved Monitor blind'), WITHIN)
    await sleep(5 * SECOND)
    expect(await told()).toEqual(['firing Monitor blind', 'resolved Monitor blind'])
    const { rows: down } = await db.pool.query(
      "select from alert_events where rule = 'Host down' and to_state is not null"
    )
    expect(down).toEqual([])
  } finally {
    await stopSending()
  }
}, 150_000)
