/** The schema: migrated once by many, with a partition for every day that is written to. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { testDatabase } from '@miniobserv/infra/testkit'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { migrate, openPool, type Pool, partitionKeeper, readEdition, transaction } from '../src/index.ts'

let db: Awaited<ReturnType<typeof testDatabase>>
beforeEach(async () => {
  db = await testDatabase()
})
afterEach(() => db?.close())

const DAY = 86_400_000
const insertFrame = (pool: Pool, time: number) =>
  pool.query('insert into frames values ($1, 1, 1, $2)', [new Date(time).toISOString(), [1]])

test('many processes migrate an empty database at once, and one of them does it', async () => {
  const name = `migrate_${process.pid}`
  const admin = openPool(inject('databaseUrl'), { name: 'test', max: 1, onError: () => undefined })
  await admin.query(`create database ${name}`)
  const url = new URL(inject('databaseUrl'))
  url.pathname = `/${name}`
  const pools = [1, 2, 3, 4].map(() => openPool(url.href, { name: 'test', onError: () => undefined }))
  await Promise.all(pools.map(migrate))
  const { rows } = await (pools[0] as Pool).query(
    'select version from schema_versions where version > 0 order by 1'
  )
  expect(rows.map(({ version }) => version)).toEqual(
    readdirSync(join(import.meta.dirname, '../migrations'))
      .map((file) => Number(file.slice(0, 3)))
      .sort((a, b) => a - b)
  )
  await Promise.all(pools.map((pool) => pool.end()))
  await admin.query(`drop database ${name} with (force)`)
  await admin.end()
})

test('midnight finds its partition: the coming days are made ahead, any other when it is written to', async () => {
  const now = Date.UTC(2026, 10, 23, 23, 59, 59)
  const keeper = partitionKeeper(db.pool)
  if ((await readEdition(db.pool)) === 'native') {
    await expect(insertFrame(db.pool, now)).rejects.toMatchObject({ code: '23514' })
  }
  await keeper.ahead(now)
  for (const time of [now, now + 1001, now + DAY, now + 3 * DAY]) await insertFrame(db.pool, time)
  const old = Date.UTC(2025, 1, 28)
  await keeper.ensure([old, old + 1, old + DAY - 1])
  for (const time of [old, old + DAY - 1]) await insertFrame(db.pool, time)
})

test('two writers make the same partition at the same time, beside readers and writers of others', async () => {
  const now = Date.now()
  await partitionKeeper(db.pool).ahead(now)
  await transaction(db.pool, async (client) => {
    // A transaction that has read and written stays open: making a partition does not wait for it.
    await client.query('select count(*) from frames')
    await client.query('insert into frames values (now(), 1, 1, $1)', [[1]])
    await Promise.all([1, 2, 3].map(() => partitionKeeper(db.pool).ensure([now - 9 * DAY])))
  })
  await insertFrame(db.pool, now - 9 * DAY)
})

test('a partition that someone dropped is made again once it is forgotten', async () => {
  const keeper = partitionKeeper(db.pool)
  const now = Date.UTC(2026, 10, 23)
  await keeper.ensure([now])
  if ((await readEdition(db.pool)) === 'native') await db.pool.query('drop table frames_20261123')
  await keeper.ensure([now])
  keeper.forget()
  await keeper.ensure([now])
  await insertFrame(db.pool, now)
})

test('a bucket starts at a multiple of its width since the epoch', async () => {
  const { rows } = await db.pool.query(`
    select extract(epoch from time_bucket(7 * interval '1 second', timestamptz '2026-11-23 10:00:00Z', timestamptz 'epoch')) as s`)
  const time = Date.UTC(2026, 10, 23, 10) / 1000
  expect(Number(rows[0].s)).toBe(time - (time % 7))
})

test('means of wide hosts stay in the row, in every partition', async () => {
  const now = Date.UTC(2026, 10, 23)
  await partitionKeeper(db.pool).ensure([now], ['frames_1m'])
  const values = (n: number) => Array.from({ length: n }, () => Math.random())
  await db.pool.query('insert into frames_1m values ($1, 1, 1, $2, $2, $2, $3)', [
    new Date(now),
    values(300),
    values(300).map(() => 6)
  ])
  const { rows } = await db.pool.query(`
    select pg_column_toast_chunk_id(avgs) is null as avgs, pg_column_toast_chunk_id(mins) is null as mins,
           pg_column_compression(counts) as counts from frames_1m`)
  if ((await readEdition(db.pool)) === 'native')
    expect(rows).toEqual([{ avgs: true, mins: false, counts: 'pglz' }])
})
