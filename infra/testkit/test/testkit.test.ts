import { expect, test } from 'vitest'
import { eventually, testDatabase, testRedis } from '../index.ts'

test('two databases have the schema and do not see each other', async () => {
  const [one, two] = await Promise.all([testDatabase(), testDatabase()])
  await one.pool.query('create table mine (n int)')
  const tables = "select table_name from information_schema.tables where table_name in ('mine', 'hosts')"
  expect((await one.pool.query(tables)).rowCount).toBe(2)
  expect((await two.pool.query(tables)).rows).toEqual([{ table_name: 'hosts' }])
  await Promise.all([one.close(), two.close()])
})

test('a database that somebody still uses is dropped too', async () => {
  const { pool, close } = await testDatabase()
  const client = await pool.connect()
  client.on('error', () => undefined)
  client.release()
  await close()
})

test('two tests never get the same Redis, and what one wrote is gone afterwards', async () => {
  const [one, two] = await Promise.all([testRedis(), testRedis()])
  expect(one.url).not.toBe(two.url)
  await one.redis.set('mine', '1')
  expect(await two.redis.dbsize()).toBe(0)
  await Promise.all([one.close(), two.close()])
  const next = await testRedis()
  expect(await next.redis.dbsize()).toBe(0)
  await next.close()
})

test('eventually gives the first value that did not throw, and the last error when time is up', async () => {
  let calls = 0
  const third = () => {
    if (++calls < 3) throw new Error(`call ${calls}`)
    return calls
  }
  expect(await eventually(third)).toBe(3)
  await expect(eventually(() => Promise.reject(new Error('never')), { within: 50 })).rejects.toThrow('never')
})
