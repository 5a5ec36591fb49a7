/** Hosts and labels by pattern, as in rules: * and ?, and a leading ! for anything but that. */
import { ensurePartitions } from '@miniobserv/db'
import { type TestServer, testServer } from '@miniobserv/infra/testkit'
import type { QueryAnswer } from '@miniobserv/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from '../src/index.ts'

const now = Date.now()
let server: TestServer

beforeAll(async () => {
  server = await testServer([query])
  const { pool } = server.db
  await ensurePartitions(pool, ['frames'], [now])
  await pool.query(
    `insert into hosts (name, first_seen, last_seen)
     select name, now(), now() from unnest('{web-1,web-22,db_1,dbx1}'::text[]) name`
  )
  await pool.query(
    `insert into series (name, labels, unit) values
       ('cpu', '{"mode":"user"}', '1'), ('cpu', '{"mode":"idle"}', '1'), ('cpu', '{"mode":"iowait"}', '1'), ('cpu', '{}', '1')`
  )
  await pool.query(`insert into layouts (hash, series_ids) values ('l', '{1,2,3,4}')`)
  await pool.query(`insert into frames select $1, id, 1, '{1,2,3,4}' from hosts`, [new Date(now - 30_000)])
})
afterAll(() => server?.close())

async function ask(parameters: string): Promise<QueryAnswer['series']> {
  const { status, body } = await server.get(`/api/v1/query?metric=cpu&${parameters}`)
  expect(status).toBe(200)
  return body.series
}
const hosts = async (parameters: string) =>
  [...new Set((await ask(parameters)).map(({ host }) => host))].sort()
const modes = async (parameters: string) =>
  (await ask(`host=web-1&${parameters}`)).map(({ labels }) => labels.mode ?? '-').sort()

test.each([
  ['host=web-1', ['web-1']],
  ['host=web-*', ['web-1', 'web-22']],
  ['host=web-?', ['web-1']],
  ['host=db_*', ['db_1']],
  ['host=web-*&host=dbx1&host=!*22', ['dbx1', 'web-1']],
  ['host=!web-*', ['db_1', 'dbx1']],
  ['host=nobody*', []]
])('%s', async (parameters, expected) => {
  expect(await hosts(parameters)).toEqual(expected)
})

test.each([
  ['mode=user', ['user']],
  ['mode=user&mode=idle', ['idle', 'user']],
  ['mode=i*', ['idle', 'iowait']],
  ['mode=!idle', ['-', 'iowait', 'user']],
  ['mode=i*&mode=!idle', ['iowait']]
])('%s', async (parameters, expected) => {
  expect(await modes(parameters)).toEqual(expected)
})
