/** The consumer: one delivery each, nothing acknowledged that was not handled, nothing lost on the way. */
import { randomUUID } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { eventually, type TestRedis, testRedis } from '@miniobserv/infra/testkit'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  append,
  type Consumer,
  createProducer,
  type Delivery,
  GROUP,
  openRedis,
  type Refused,
  readDead,
  STREAMS,
  type StreamName,
  startConsumer
} from '../src/index.ts'

let server: TestRedis
let redis: Redis
const open: (() => Promise<unknown> | unknown)[] = []
beforeEach(async () => {
  server = await testRedis()
  redis = server.redis
})
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
  await server.close()
})

const add = async (count: number, stream: StreamName = STREAMS.metrics): Promise<string[]> => {
  const batches = Array.from({ length: count }, () => randomUUID())
  for (const batch of batches) {
    await append(redis, stream, {
      batch,
      host: 'h',
      at: 1,
      encoding: 'identity',
      body: Buffer.from([0, 255, 10])
    })
  }
  return batches
}

function consume(handle: (bulk: Delivery[]) => Promise<Refused[]>, name: string = randomUUID()): Consumer {
  const blocking = openRedis(server.url, { name: 'test', blocking: true, onError: () => undefined })
  const streams = [STREAMS.metrics, STREAMS.logs]
  const options = {
    redis,
    blocking,
    name,
    streams,
    bulk: 10,
    linger: 5,
    bulkBytes: 1000,
    claimAfter: 200,
    handle,
    onError: () => undefined
  }
  const consumer = startConsumer(options)
  open.push(() => blocking.disconnect())
  return consumer
}

const left = async () => [await redis.xlen(STREAMS.metrics), await redis.xlen(STREAMS.logs)]

test('two consumers share the entries of both streams, each handled once and then gone', async () => {
  const seen: string[] = []
  const note = async (bulk: Delivery[]): Promise<Refused[]> => {
    seen.push(...bulk.map(({ entry }) => entry.batch))
    return []
  }
  const consumers = [consume(note), consume(note)]
  const batches = [...(await add(100)), ...(await add(30, STREAMS.logs))]
  await eventually(async () => expect(await left()).toEqual([0, 0]))
  expect(seen.sort()).toEqual(batches.sort())
  await Promise.all(consumers.map((consumer) => consumer.stop()))
  expect(await redis.xinfo('CONSUMERS', STREAMS.metrics, GROUP)).toEqual([])
})

test('batches that come together share entries, and each is handled once, whole entries at a time', async () => {
  const { append } = createProducer(redis)
  const batches = Array.from({ length: 150 }, () => randomUUID())
  const body = (i: number) => Buffer.from(`${i}`.repeat(i % 9))
  await Promise.all(
    batches.map((batch, i) => {
      const agent = i % 2 === 0 ? 'a' : undefined
      return append(STREAMS.metrics, {
        batch,
        host: `wäre ${i}`,
        agent,
        at: i,
        encoding: 'gzip',
        body: body(i)
      })
    })
  )
  expect(await redis.xlen(STREAMS.metrics)).toBe(3)
  const seen: Delivery[] = []
  const bulks: Set<string>[] = []
  consume(async (bulk) => {
    seen.push(...bulk)
    bulks.push(new Set(bulk.map(({ id }) => id)))
    return []
  })
  await eventually(async () => expect(await left()).toEqual([0, 0]))
  expect(seen.map(({ entry }) => entry)).toEqual(
    batches.map((batch, i) => ({
      ...{ batch, host: `wäre ${i}`, agent: i % 2 === 0 ? 'a' : undefined, at: i, encoding: 'gzip' },
      body: body(i)
    }))
  )
  expect(bulks.map(({ size }) => size)).toEqual([1, 1, 1])
})

test('of an entry of several, the refused ones are buried and the entry goes once that is done', async () => {
  const { append } = createProducer(redis)
  const batches: string[] = Array.from({ length: 5 }, () => randomUUID())
  const entry = { host: 'h', at: 1, encoding: 'identity', body: Buffer.from('x') }
  await Promise.all(batches.map((batch) => append(STREAMS.logs, { batch, ...entry })))
  consume(async (bulk) =>
    bulk
      .filter(({ entry }) => [batches[1], batches[3]].includes(entry.batch))
      .map((delivery) => ({ delivery, reason: 'no' }))
  )
  await eventually(async () => expect(await left()).toEqual([0, 0]))
  const dead = await readDead(redis)
  expect(dead.map(({ entry, stream, reason }) => [entry, stream, reason])).toEqual(
    [batches[1], batches[3]].map((batch) => [{ batch, agent: undefined, ...entry }, STREAMS.logs, 'no'])
  )
})

test('what was there before the first consumer is read, and a body comes as it was', async () => {
  const [batch] = await add(1)
  const bulks: Delivery[][] = []
  const consumer = consume(async (bulk) => {
    bulks.push(bulk)
    return []
  })
  await eventually(() => expect(bulks).toHaveLength(1))
  expect(bulks[0]?.[0]).toMatchObject({ stream: STREAMS.metrics, entry: { batch, host: 'h', at: 1 } })
  expect(bulks[0]?.[0]?.entry.body).toEqual(Buffer.from([0, 255, 10]))
  await consumer.stop()
})

test('a bulk that failed comes again, the same; it stays pending for others when its consumer gives up', async () => {
  const batches = await add(5)
  const tries: string[][] = []
  const failing = consume(async (bulk) => {
    tries.push(bulk.map(({ entry }) => entry.batch))
    throw new Error('the database is away')
  })
  await eventually(() => expect(tries.length).toBeGreaterThan(2))
  await failing.stop()
  for (const each of tries) expect(each).toEqual(batches)
  expect(await left()).toEqual([5, 0])

  const taken: string[] = []
  const other = consume(async (bulk) => {
    taken.push(...bulk.map(({ entry }) => entry.batch))
    return []
  })
  await eventually(async () => expect(await left()).toEqual([0, 0]))
  expect(taken).toEqual(batches)
  await other.stop()
})

test('stopping waits for the bulk in hand and acknowledges it', async () => {
  await add(1)
  let release: (() => void) | undefined
  const consumer = consume(async () => {
    await new Promise<void>((resolve) => {
      release = resolve
    })
    return []
  })
  await eventually(() => expect(release).toBeDefined())
  const stopped = consumer.stop()
  expect(await left()).toEqual([1, 0])
  release?.()
  await stopped
  expect(await left()).toEqual([0, 0])
})

test('a refused delivery goes to the dead letters with its reason and its body', async () => {
  const [batch] = await add(1)
  const consumer = consume(async (bulk) => bulk.map((delivery) => ({ delivery, reason: 'it is cursed' })))
  await eventually(async () => expect(await left()).toEqual([0, 0]))
  const [[, fields]] = (await redis.xrange(STREAMS.dead, '-', '+')) as [[string, string[]]]
  expect(fields).toEqual(
    expect.arrayContaining(['reason', 'it is cursed', 'batch', batch, 'stream', STREAMS.metrics])
  )
  await consumer.stop()
})

test('when Redis has lost everything, reading goes on', async () => {
  const seen: string[] = []
  const consumer = consume(async (bulk) => {
    seen.push(...bulk.map(({ entry }) => entry.batch))
    return []
  })
  await add(1)
  await eventually(() => expect(seen).toHaveLength(1))
  await redis.flushdb()
  await add(1)
  await eventually(() => expect(seen).toHaveLength(2))
  await consumer.stop()
})

test('what was handled is let go of: a writer that runs for weeks holds no more than its bulk', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const handled: WeakRef<Buffer>[] = []
  const consumer = consume(async (bulk) => {
    for (const { entry } of bulk) handled.push(new WeakRef(entry.body))
    return []
  })
  for (let n = 1; n <= 5; n++) {
    await add(1)
    await eventually(() => expect(handled).toHaveLength(n))
  }
  await eventually(async () => {
    expect(await left()).toEqual([0, 0])
    collectGarbage()
    // The latest may still be at hand.
    expect(handled.slice(0, -1).filter((body) => body.deref())).toEqual([])
  })
  await consumer.stop()
})
