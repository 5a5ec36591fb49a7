/** `npm run storage` on a real PostgreSQL: what it tells of is what is there, and what it would drop stays. */
import { once } from 'node:events'
import { databaseSize, listPartitions, partitionKeeper } from '@miniobserv/db'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runProgram, type TestDatabase, testDatabase } from '../testkit/index.ts'

const DAY = 86_400_000
const today = Math.floor(Date.now() / DAY) * DAY

let db: TestDatabase
beforeEach(async () => {
  db = await testDatabase()
})
afterEach(() => db?.close())

async function storage(settings: Record<string, string>, ...args: string[]) {
  const program = runProgram('infra/storage.ts', { DATABASE_URL: db.url, ...settings }, args)
  const [code] = await once(program.process, 'close')
  return { code: code as number, output: program.output() }
}

/** A thousand frames of sixty series on each of these days. */
async function store(...daysAgo: number[]): Promise<void> {
  for (const ago of daysAgo) {
    const day = new Date(today - ago * DAY)
    await partitionKeeper(db.pool).ensure([day.getTime()], ['frames'])
    await db.pool.query(
      `insert into frames select $1::timestamptz + i * interval '1 second', 1, 1,
         (select array_agg(random()) from generate_series(1, 60)) from generate_series(1, 1000) as i`,
      [day]
    )
  }
  await db.pool.query('analyze frames')
}

test('tells what there is, and since when; without --dry-run nothing of what would go', async () => {
  await store(9, 1, 0)
  const { code, output } = await storage({ KEEP_1H: '100d' })
  expect(code).toBe(0)
  const date = (ago: number) => new Date(today - ago * DAY).toISOString().slice(0, 10)
  expect(output).toMatch(new RegExp(`frames +3 +${date(9)} +${date(-1)} +3,000 +[\\d.]+ (K|M)iB +7 d\n`))
  expect(output).toMatch(/frames_1h .* 100 d\n/)
  expect(output).toContain('MAX_DISK is not set')
  expect(output).not.toContain('dropped')
})

test('--dry-run says what would go, in which order and why, and drops nothing', async () => {
  await store(9, 2, 1, 0)
  const before = await listPartitions(db.pool)
  const budget = (await databaseSize(db.pool)) - 1_000_000
  const { output } = await storage({ MAX_DISK: `${budget}B` }, '--dry-run')
  const name = (ago: number) =>
    `frames_${new Date(today - ago * DAY).toISOString().slice(0, 10).replaceAll('-', '')}`
  expect(output).toMatch(
    new RegExp(
      `2 would be dropped.*\n\n +${name(9)} .*older than its table is kept\n +${name(2)} .*over MAX_DISK\n`
    )
  )
  const small = await storage({ MAX_DISK: '1MiB' }, '--dry-run')
  expect(small.output).toContain('nothing more may go')
  expect((await storage({}, '--dry-run')).output).toContain(`1 would be dropped`)
  expect(await listPartitions(db.pool)).toEqual(before)
})

test('--json has every partition', async () => {
  await store(1)
  const { used, partitions, doomed } = JSON.parse((await storage({}, '--json')).output)
  expect(used).toBeGreaterThan(1e6)
  expect(partitions).toContainEqual(
    expect.objectContaining({ table: 'frames', from: today - DAY, to: today, rows: 1000 })
  )
  expect(doomed).toEqual([])
})

test('says what is wrong: a setting, a database that is not there, an option', async () => {
  expect(await storage({ KEEP_RAW: 'long' })).toMatchObject({
    code: 1,
    output: expect.stringContaining('KEEP_RAW')
  })
  const nowhere = await storage({ DATABASE_URL: 'postgres://127.0.0.1:1/x' })
  expect(nowhere).toMatchObject({ code: 1, output: expect.stringContaining('cannot be used') })
  expect((await storage({}, '--drop')).code).toBe(1)
  expect((await storage({}, '--help')).output).toContain('KEEP_LOGS')
})
