/** Answers that are long, that take too long, or that nobody waits for any more. */
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { ensurePartitions } from '@miniobserv/db'
import { eventually, type TestServer, testServer } from '@miniobserv/infra/testkit'
import type { QueryAnswer } from '@miniobserv/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { QuerySettings } from '../src/config.ts'
import { query } from '../src/index.ts'
import { askedFor } from '../src/question.ts'

const [HOUR, DAY] = [3_600_000, 86_400_000]
const HOSTS = 300
const now = Math.floor(Date.now() / HOUR) * HOUR
let server: TestServer
let cookie: string

beforeAll(async () => {
  server = await testServer([query], { QUERY_TIMEOUT: '2s', MAX_ANSWER: '400000' })
  cookie = await server.as('admin')
  const { pool } = server.db
  await ensurePartitions(pool, ['frames_1h'], [now - 30 * DAY, now])
  await pool.query(
    `insert into hosts (name, first_seen, last_seen) select 'h' || lpad(i::text, 4, '0'), now(), now() from generate_series(1, $1) i`,
    [HOSTS]
  )
  await pool.query(
    `insert into series (name, labels) values ('m', '{"x":"1"}'), ('m', '{"x":"2"}'), ('other', '{}')`
  )
  await pool.query(`insert into layouts (hash, series_ids) values ('l', '{1,3}'), ('k', '{3,2,1}')`)
  // Host by host a gap, hours of different weight, and a second layout for some.
  await pool.query(
    `insert into frames_1h (time, host_id, layout_id, avgs, mins, maxs, counts)
     select $1::timestamptz - i * interval '1 hour', h, 1 + h % 2,
            case h % 2 when 0 then array[i + h, 0] else array[0, i, i + h] end::float4[],
            array[0, 1, 2]::float4[], array[7, 8, 9]::float4[],
            case when i % 11 = 0 then array[6, 6, 6] else array[360, 300, 10 + i % 5] end::float4[]
     from generate_series(1, 288) i, generate_series(1, $2) h where (i + h) % 17 <> 0`,
    [new Date(now), HOSTS]
  )
  await pool.query('update rollup_progress set done_until = $1', [new Date(now)])
})
afterAll(() => server?.close())

const url = (parameters: string): string =>
  `${server.url}/api/v1/query?metric=m&from=${now - 12 * DAY}&to=${now}&${parameters}`
// biome-ignore lint/suspicious/noExplicitAny: an answer or a problem, as the test expects
const ask = async (parameters: string): Promise<{ status: number; body: any }> => {
  const answer = await fetch(url(parameters), { headers: { cookie } })
  return { status: answer.status, body: await answer.json() }
}

describe('long answers', () => {
  test('a whole table read in its own order says what reading host by host says', async () => {
    for (const parameters of [
      'step=1h',
      'step=6h&by=host',
      'step=1d&by=host&across=sum',
      'step=6h&by=x',
      'step=6h&by=host&topk=7'
    ]) {
      const all = (await ask(parameters)).body
      const [first] = parameters.includes('by=x') ? [] : all.series
      const names = Array.from({ length: HOSTS }, (_, i) => `host=h${String(i + 1).padStart(4, '0')}`)
      const named = (await ask(`${parameters}&${names.join('&')}`)).body
      expect(all.resolution).toBe('1h')
      expect(all.series.length).toBe(named.series.length)
      expect(all).toEqual({ ...named, now: all.now })
      if (first)
        expect(first.points.some(([, value]: [number, number | null]) => value === null)).toBe(
          parameters === 'step=1h'
        )
    }
  })

  test('an answer in pieces is the same JSON, compressed or not', async () => {
    const plain = await fetch(url('step=1h&by=host'), { headers: { cookie, 'accept-encoding': 'identity' } })
    const text = await plain.text()
    expect(plain.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(plain.headers.get('transfer-encoding')).toBe('chunked')
    expect(text.length).toBeGreaterThan(1_000_000)
    const packed = await fetch(url('step=1h&by=host'), { headers: { cookie, 'accept-encoding': 'gzip' } })
    expect(packed.headers.get('content-encoding')).toBe('gzip')
    expect(((await packed.json()) as QueryAnswer).series).toEqual(JSON.parse(text).series)
    expect(JSON.parse(text).series).toHaveLength(HOSTS)
  })

  test('too many points are refused before anything is sent', async () => {
    const { pool } = server.db
    await pool.query(
      `insert into hosts (name, first_seen, last_seen) select 'z' || i, now(), now() from generate_series(1, 2000) i`
    )
    const { status, body } = await ask('step=1h&by=host')
    expect({ status, ...body }).toMatchObject({ status: 400, code: 'too_many_points', path: 'step' })
    expect((await ask('step=1h&by=host&topk=10')).status).toBe(200)
    await pool.query(`delete from hosts where name like 'z%'`)
  })
})

describe('questions that end early', () => {
  /** Somebody else holds a table that the question needs. */
  async function whileLocked(work: () => Promise<void>): Promise<void> {
    const client = await server.db.pool.connect()
    await client.query('begin; lock table layouts in access exclusive mode')
    try {
      await work()
    } finally {
      await client.query('rollback')
      client.release()
    }
  }
  const waiting = async (): Promise<number> => {
    const { rows } = await server.db.pool.query(
      `select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    )
    return Number(rows[0].n)
  }

  test('after QUERY_TIMEOUT it says so, and what to do', async () => {
    await whileLocked(async () => {
      const answer = await fetch(url('step=1h'), { headers: { cookie } })
      expect(answer.status).toBe(503)
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      expect(answer.headers.get('retry-after')).toBe('30')
      expect(await answer.json()).toMatchObject({
        code: 'query_timeout',
        detail: expect.stringContaining('2 s')
      })
    })
  })

  test('whoever leaves takes the statement along', async () => {
    await whileLocked(async () => {
      const leaving = new AbortController()
      const asked = fetch(url('step=1h'), { headers: { cookie }, signal: leaving.signal }).catch(() => 'left')
      await eventually(async () => expect(await waiting()).toBe(1))
      const left = performance.now()
      leaving.abort()
      expect(await asked).toBe('left')
      await eventually(async () => expect(await waiting()).toBe(0))
      expect(performance.now() - left).toBeLessThan(1_500)
    })
    expect((await ask('step=1d&by=host&topk=1')).status).toBe(200)
  })

  test('what whoever left had asked was given up, not too slow: it is no error in the log', async () => {
    const raw = new ServerResponse(new IncomingMessage(new Socket()))
    const settings = { QUERY_TIMEOUT: 2_000 } as QuerySettings
    await whileLocked(async () => {
      const asked = askedFor({ db: server.db.pool, settings }, { raw }, (db) =>
        db.query('select count(*) from layouts')
      )
      void eventually(async () => expect(await waiting()).toBe(1)).then(() => raw.emit('close'))
      await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
    })
  })

  test('whoever leaves in the middle of an answer gives the connection back', async () => {
    for (let i = 0; i < 15; i++) {
      const leaving = new AbortController()
      const answer = await fetch(url('step=1h'), {
        headers: { cookie, 'accept-encoding': 'identity' },
        signal: leaving.signal
      })
      await answer.body?.getReader().read()
      leaving.abort()
    }
    expect((await ask('step=1d&by=host&topk=1')).status).toBe(200)
  })
})
