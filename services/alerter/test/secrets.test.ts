/** What a channel's owner must keep to himself stands in no log, no answer and no reason, whatever the channel answers. */

import {
  eventually,
  freePort,
  runProgram,
  startRecorder,
  testDatabase,
  testRedis
} from '@miniobserv/infra/testkit'
import type { ChannelConfig } from '@miniobserv/protocol'
import { expect, test } from 'vitest'
import { redact } from '../src/channels/secrets.ts'

test('a channel that answers with its own address does not make us tell it', async () => {
  const [db, redis, channel] = await Promise.all([testDatabase(), testRedis(), startRecorder()])
  channel.answer(({ path }) => ({ status: 404, body: `there is no ${channel.url}${path}, ${path} is gone` }))
  const secret = 'T0-hidden-B0-hidden'
  const config = { kind: 'slack', url: `${channel.url}/services/${secret}?key=hidden-too` }
  await db.pool.query(
    `insert into channels (name, config, changed_at, changed_by) values ('ops', $1, now(), 'test')`,
    [config]
  )
  await db.pool.query(
    `insert into notifications (id, at, kind, rule, severity, channel_id, channel, message)
     select gen_random_uuid(), now(), 'test', 'r', 'info', id, name,
            '{"kind":"test","at":0,"rule":{"id":null,"name":"r","severity":"info","note":"","labels":{}},"alerts":[]}'
     from channels`
  )
  const program = runProgram('services/alerter/src/main.ts', {
    ...{ DATABASE_URL: db.url, REDIS_URL: redis.url, PORT: String(await freePort()), LOG_LEVEL: 'trace' },
    SESSION_SECRET: 'signs the sessions of these tests, 32+'
  })
  try {
    await eventually(() => expect(program.output()).toContain('ops was not told'), { within: 15_000 })
    const { rows } = await db.pool.query(
      'select error, last_error from notifications join channels c on true'
    )
    const kept = await redis.redis.keys('*')
    const jobs = await Promise.all(
      kept.filter((key) => /:\d+$/.test(key)).map((key) => redis.redis.hgetall(key))
    )
    for (const text of [program.output(), JSON.stringify(rows), JSON.stringify(jobs)]) {
      expect(text).not.toContain('hidden')
    }
    expect(rows[0].error).toBe('it answered 404: there is no …, … is gone')
  } finally {
    await program.stop()
    await Promise.all([db.close(), redis.close(), channel.close()])
  }
}, 40_000)

test.each<[ChannelConfig, string, string]>([
  [
    { kind: 'email', server: 'smtps://robot@x:p%40ssword@mail.example.org', from: 'a@b', to: ['c@d'] },
    'login p@ssword or p%40ssword failed at mail.example.org',
    'login … or … failed at mail.example.org'
  ],
  [
    { kind: 'webhook', url: 'https://example.org/in', secret: 'signs-it-all' },
    'bad signature for signs-it-all in /in',
    'bad signature for … in /in'
  ]
])('%o: %s', (config, text, safe) => {
  expect(redact(text, config)).toBe(safe)
})
