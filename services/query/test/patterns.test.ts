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
    `insert into hosts (name, first_seen, last_seen, labels, info)
     select name, now(), now(), labels::jsonb, '{"os.type":"linux"}' from (values
       ('web-1', '{"team":"web","env":"prod"}'), ('web-22', '{"team":"web","env":"test"}'),
       ('db_1', '{"team":"store","env":"prod"}'), ('dbx1', '{}')) v (name, labels)`
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
  ['host=nobody*', []],
  ['host=team=web', ['web-1', 'web-22']],
  ['host=team=w*,env=prod', ['web-1']],
  ['host=team=web&host=db_1', ['db_1', 'web-1', 'web-22']],
  ['host=!team=web', ['db_1', 'dbx1']],
  ['host=team=*&host=!env=test', ['db_1', 'dbx1', 'web-1']],
  ['host=team=w_b', []],
  ['host=os.type=linux,team=', ['dbx1']],
  ['host==web', []]
])('%s', async (parameters, expected) => {
  expect(await hosts(parameters)).toEqual(expected)
})

test('the list of hosts takes the same, and says which labels there are', async () => {
  const names = async (query: string) =>
    (await server.get(`/api/v1/hosts?${query}`)).body.hosts.map(({ name }: { name: string }) => name)
  expect(await names('host=team=web')).toEqual(['web-1', 'web-22'])
  expect(await names('host=team=web&host=db_1&limit=2')).toEqual(['db_1', 'web-1'])
  const labels = async (q: string) => (await server.get(`/api/v1/hosts/labels?q=${q}`)).body.labels
  expect(await labels('team')).toEqual([
    { name: 'team', value: 'web', hosts: 2 },
    { name: 'team', value: 'store', hosts: 1 }
  ])
  expect(await labels('=prod')).toEqual([{ name: 'env', value: 'prod', hosts: 2 }])
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
