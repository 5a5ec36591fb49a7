/** `npm run dead` on a real Redis: what is listed, shown, sent back and dropped. */
import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { STREAMS } from '@miniobserv/stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runProgram, type TestRedis, testRedis } from '../testkit/index.ts'

let redis: TestRedis
beforeEach(async () => {
  redis = await testRedis()
})
afterEach(() => redis?.close())

async function dead(...args: string[]): Promise<{ code: number; output: string }> {
  const program = runProgram('infra/dead.ts', { REDIS_URL: redis.url }, args)
  const [code] = await once(program.process, 'close')
  return { code, output: program.output() }
}
const bury = (host: string, ...fields: (string | Buffer)[]) =>
  redis.redis.xadd(
    STREAMS.dead,
    '*',
    ...['stream', STREAMS.logs, 'id', '1-1', 'reason', `${host} is cursed`],
    ...fields
  ) as Promise<string>
const batch = (host: string) => {
  const body = gzipSync(JSON.stringify({ host, lines: [] }))
  return bury(host, 'batch', 'b', 'host', host, 'at', '7', 'encoding', 'gzip', 'body', body)
}

test('lists, shows, and sends back one or all; what was no batch stays', async () => {
  expect(await dead()).toEqual({ code: 0, output: 'There are none.\n' })
  const ids = [await batch('a'), await batch('b'), await bury('c', 'what', 'ever')]
  expect((await dead()).output).toMatch(/a is cursed\n.*b is cursed\n.*c is cursed\n3\.\n$/)
  expect((await dead('show', ids[0] as string)).output).toContain('{"host":"a","lines":[]}')

  expect((await dead('replay', ids[0] as string)).output).toBe('1 sent back.\n')
  const [[, fields]] = (await redis.redis.xrange(STREAMS.logs, '-', '+')) as [[string, string[]]]
  expect(fields.slice(0, 8)).toEqual(['batch', 'b', 'host', 'a', 'at', '7', 'encoding', 'gzip'])
  expect((await dead('replay', 'all')).output).toBe(`1 sent back; no batches and kept: ${ids[2]}.\n`)
  expect(await redis.redis.xlen(STREAMS.logs)).toBe(2)
  expect((await dead('drop', ids[2] as string)).output).toBe('1 dropped.\n')
  expect(await redis.redis.xlen(STREAMS.dead)).toBe(0)
})

test('says what is wrong: an unknown id, a missing one, an unknown command', async () => {
  expect(await dead('show', '1-1')).toEqual({
    code: 1,
    output: 'There is no dead letter 1-1; npm run dead lists them.\n'
  })
  expect((await dead('replay')).code).toBe(2)
  expect((await dead('bless')).output).toContain('npm run dead -- replay')
})
