/** How a batch of lines becomes blocks, and that storing it again adds none, whoever stored it before. */
import { randomUUID } from 'node:crypto'
import { type Pool, partitionKeeper, transaction } from '@miniobserv/db'
import { testDatabase } from '@miniobserv/infra/testkit'
import type { LogLine } from '@miniobserv/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { blocksOf, insertBlocks } from '../src/log-blocks.ts'

const NOON = Date.UTC(2026, 10, 24, 12)
const line = (i: number, more: Partial<LogLine> = {}): LogLine => ({
  ...{ time: NOON + i, source: 's', message: `line ${i}` },
  ...more
})

let db: { pool: Pool; close(): Promise<void> }
beforeEach(async () => {
  db = await testDatabase()
  await partitionKeeper(db.pool).ensure([NOON])
})
afterEach(() => db?.close())
const store = (batch: string, lines: readonly LogLine[], hostId = 1) =>
  transaction(db.pool, (client) => insertBlocks(client, blocksOf(hostId, batch, lines)))
const stored = async () => {
  const { rows } = await db.pool.query(
    'select first_line, messages, level_counts from log_blocks order by batch, time, first_line'
  )
  return rows
}

test('a block is bounded in lines and in size, and the same batch is always cut the same way', async () => {
  const lines = Array.from({ length: 600 }, (_, i) => line(i))
  expect(blocksOf(1, 'b', lines).map(({ firstLine, messages }) => [firstLine, messages.length])).toEqual([
    [0, 250],
    [250, 250],
    [500, 100]
  ])
  const long = Array.from({ length: 10 }, (_, i) => line(i, { message: 'x'.repeat(60_000) }))
  expect(blocksOf(1, 'b', long).map(({ messages }) => messages.length)).toEqual([3, 3, 3, 1])
  expect(blocksOf(1, 'b', lines)).toEqual(blocksOf(1, 'b', lines))
})

test('a batch that comes again is stored once, alone, twice in one bulk, and from two writers at once', async () => {
  const [batch, lines] = [randomUUID(), Array.from({ length: 600 }, (_, i) => line(i, { level: 'warn' }))]
  await Promise.all([store(batch, lines), store(batch.toUpperCase(), lines)])
  await store(batch, lines)
  const twice = randomUUID()
  await transaction(db.pool, (client) =>
    insertBlocks(client, [...blocksOf(1, twice, lines.slice(0, 3)), ...blocksOf(1, twice, lines.slice(0, 3))])
  )
  const rows = await stored()
  expect(rows).toHaveLength(4)
  expect(rows.flatMap(({ messages }) => messages)).toHaveLength(603)
  expect(rows.find(({ first_line }) => first_line === 250).level_counts).toEqual([0, 0, 0, 0, 250, 0, 0])
})

test('a batch that was stored whole, before blocks were bounded and lines of JSON read, is not stored again', async () => {
  const batch = randomUUID()
  const lines = Array.from({ length: 600 }, (_, i) =>
    line(i, { message: JSON.stringify({ time: NOON - 60_000 + i, msg: `line ${i}` }) })
  )
  await db.pool.query(
    `insert into log_blocks (time, min_time, host_id, batch, times, levels, sources, messages)
     values ($1, $2, 1, $3, $4, $5, $6, $7)`,
    [
      ...[new Date(NOON + 599), new Date(NOON), batch, lines.map(({ time }) => new Date(time))],
      ...[lines.map(() => ''), lines.map(() => 's'), lines.map(({ message }) => message)]
    ]
  )
  await store(batch, lines)
  expect(await stored()).toHaveLength(1)
  await store(batch, lines, 2)
  expect((await stored()).length).toBeGreaterThan(1)
})
