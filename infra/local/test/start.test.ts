/** Starting, killing and starting again on the same data, with the real PostgreSQL and Redis. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import pg from 'pg'
import { expect, test } from 'vitest'
import { eventually, tempDir } from '../../testkit/index.ts'
import { claim } from '../claim.ts'
import { stopLeftovers } from '../leftovers.ts'
import { startPostgres } from '../postgres.ts'
import { identityOf } from '../process-identity.ts'
import { startProgram, untilReady } from '../program.ts'
import { startRedis } from '../redis.ts'
import { redisProgram } from '../redis-program.ts'

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  return (await client.query(sql).finally(() => client.end())).rows
}

test('PostgreSQL keeps its data and its address, over a stop and over a kill of who started it', async () => {
  const home = tempDir()
  const first = await startPostgres({ home, throwaway: true })
  await query(first.url, 'create table kept as select 1 as n')
  await first.stop()
  const second = await startPostgres({ home, throwaway: true })
  expect(second.url).toBe(first.url)
  // Whoever started the second was killed: it runs on, and the third takes over.
  const third = await startPostgres({ home, throwaway: true })
  expect(await second.ended).toBe('exit code 0')
  expect(await query(third.url, 'select n from kept')).toEqual([{ n: 1 }])
  await third.stop()
})

test('a lock file whose number now belongs to another program does not stop PostgreSQL', async () => {
  const home = tempDir()
  await (await startPostgres({ home, throwaway: true })).stop()
  writeFileSync(join(home, 'postgres', 'postmaster.pid'), `${process.pid}\n/elsewhere\n`)
  const again = await startPostgres({ home, throwaway: true })
  await again.stop()
})

test('only who knows the password gets in', async () => {
  const home = tempDir()
  const postgres = await startPostgres({ home, throwaway: true })
  const redis = await startRedis({ home, command: await found() })
  await expect(query(postgres.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow('password')
  const stranger = new Redis(redis.url.replace(/:[^:@]+@/, ''), { retryStrategy: () => null })
  stranger.on('error', () => undefined)
  await expect(stranger.ping()).rejects.toThrow('NOAUTH')
  stranger.disconnect()
  await redis.stop()
  await postgres.stop()
})

test('Redis has what was written before it was killed', async () => {
  const home = tempDir()
  const command = await found()
  const first = await startRedis({ home, command })
  const client = new Redis(first.url, { retryStrategy: () => null })
  client.on('error', () => undefined)
  await client.set('kept', 'yes')
  process.kill(first.pid, 'SIGKILL')
  await first.ended
  client.disconnect()
  const second = await startRedis({ home, command })
  expect(second.url).toBe(first.url)
  const reader = new Redis(second.url)
  expect(await reader.get('kept')).toBe('yes')
  reader.disconnect()
  await second.stop()
})

test('what a killed start left is stopped, and a process that got its number since is not', async () => {
  const home = tempDir()
  const args = ['-e', 'setInterval(() => {}, 1000)']
  const left = await startProgram({ name: 'server', home, command: process.execPath, args })
  const other = await startProgram({ name: 'agent', home, command: process.execPath, args })
  const record = join(home, 'run', 'agent.json')
  writeFileSync(
    record,
    JSON.stringify({ ...JSON.parse(readFileSync(record, 'utf8')), identity: 'of another' })
  )
  expect(await stopLeftovers(home)).toEqual(['server'])
  expect(await left.ended).toBe('signal SIGTERM')
  expect(identityOf(other.pid)).toBeDefined()
  await other.stop()
})

test('a program that does not stop when asked is killed', async () => {
  const args = ['-e', "process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000)"]
  const deaf = await startProgram({
    name: 'deaf',
    home: tempDir(),
    command: process.execPath,
    args,
    grace: 100
  })
  await eventually(() => expect(readFileSync(deaf.log, 'utf8')).toBe('deaf\n'))
  await deaf.stop()
  expect(await deaf.ended).toBe('signal SIGKILL')
})

test('a program that ends at its start is reported with what it said, and not with what an earlier one said', async () => {
  const home = tempDir()
  const start = async (said: string) => {
    const args = ['-e', `console.error('${said}'); process.exit(3)`]
    const program = await startProgram({ name: 'server', home, command: process.execPath, args })
    await untilReady(program, async () => false)
  }
  await expect(start('the port is taken')).rejects.toThrow(/exit code 3.*the port is taken/s)
  await expect(start('again')).rejects.toThrow(/^(?!.*the port).*again/s)
})

test('a second start on the same data is refused with the address of the first', () => {
  const home = tempDir()
  const release = claim(home, 'http://localhost:1234')
  expect(() => claim(home, 'http://localhost:5678')).toThrow('http://localhost:1234')
  release()
  claim(home, 'http://localhost:5678')()
})

test('a claim of one that was killed does not count', () => {
  const home = tempDir()
  writeFileSync(join(home, 'up.json'), JSON.stringify({ pid: process.pid, identity: 'gone', url: 'x' }))
  claim(home, 'http://localhost:5678')()
})

const found = () => redisProgram({ path: process.env.PATH, note: () => undefined })
