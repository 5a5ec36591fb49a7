/** Gives each test a Redis of its own: one of the server's numbered databases. */
import { openRedis } from '@miniobserv/stream'
import type { Redis } from 'ioredis'
import { inject } from 'vitest'

export interface TestRedis {
  url: string
  redis: Redis
  close(): Promise<void>
}

/** Longer than any test runs; a killed test gives its database back after it. */
const LEASE_SECONDS = 600

/** An empty database that no other test has; `close` empties it and gives it back. Never one that held something. */
export async function testRedis(): Promise<TestRedis> {
  const server = inject('redisUrl')
  const leases = open(server, 0)
  const [, count] = (await leases.config('GET', 'databases')) as [string, string]
  try {
    for (let index = 1; index < Number(count); index++) {
      const lease = `miniobserv:testkit:${index}`
      if ((await leases.set(lease, 'taken', 'EX', LEASE_SECONDS, 'NX')) === null) continue
      const { redis, url } = { redis: open(server, index), url: address(server, index) }
      if ((await redis.dbsize()) > 0) {
        redis.disconnect()
        continue
      }
      const close = async () => {
        await redis.flushdb()
        redis.disconnect()
        await leases.del(lease)
        leases.disconnect()
      }
      return { url, redis, close }
    }
  } catch (error) {
    leases.disconnect()
    throw error
  }
  leases.disconnect()
  throw new Error(`All ${count} databases of the test Redis are taken or hold something.`)
}

function open(server: string, index: number): Redis {
  return openRedis(address(server, index), { name: 'test', onError: () => undefined })
}

function address(server: string, index: number): string {
  const url = new URL(server)
  url.pathname = `/${index}`
  return url.href
}
