/**
 * Counts attempts, in this process or in Redis. An allowance is kept as one number, the time at which all of it will be there
 * again: each attempt moves that on (the generic cell rate algorithm, ITU-T I.371).
 */
import { within } from '@miniobserv/service'
import type { Redis } from 'ioredis'

export interface Allowance {
  key: string
  /** Attempts at once. */
  burst: number
  /** After which one more is allowed, ms. */
  each: number
}

/** Names and addresses remembered in a process at most; the longest unused are forgotten first. */
const MOST = 100_000

/** How long Redis may take, ms: somebody waits to sign in. */
const PATIENCE = 1_000

/** @param now epoch ms */
export function countHere(now: () => number) {
  const full = new Map<string, number>()
  const move = (allowances: readonly Allowance[], by: 1 | -1) => {
    for (const { key, each } of allowances) {
      const at = Math.max(full.get(key) ?? 0, now()) + by * each
      full.delete(key) // to the end of the order
      full.set(key, at)
    }
    while (full.size > MOST) full.delete(full.keys().next().value as string)
  }
  return {
    /** Takes one of each, or none. @returns how long each makes wait, ms; nothing above 0 where they were taken */
    take(allowances: readonly Allowance[]): number[] {
      const waits = allowances.map(
        ({ key, burst, each }) => (full.get(key) ?? 0) - now() - (burst - 1) * each
      )
      if (waits.every((wait) => wait <= 0)) move(allowances, 1)
      return waits
    },
    giveBack: (allowances: readonly Allowance[]): void => move(allowances, -1)
  }
}

const NOW = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local function full(key) return math.max(tonumber(redis.call('GET', key) or '0'), now) end
  local function set(key, at)
    if at > now then redis.call('SET', key, at, 'PX', at - now) else redis.call('DEL', key) end
  end`

const TAKE = `${NOW}
  local waits, free = {}, true
  for i, key in ipairs(KEYS) do
    waits[i] = full(key) - now - (ARGV[2 * i - 1] - 1) * ARGV[2 * i]
    free = free and waits[i] <= 0
  end
  if free then
    for i, key in ipairs(KEYS) do set(key, full(key) + ARGV[2 * i]) end
  end
  return waits`

const GIVE_BACK = `${NOW}
  for i, key in ipairs(KEYS) do set(key, full(key) - ARGV[2 * i]) end`

/** The same for all processes: by the clock of Redis, each in one step. Rejects where Redis does not answer. */
export function countInRedis(redis: Redis) {
  const run = async (script: string, allowances: readonly Allowance[]): Promise<unknown> => {
    if (redis.status !== 'ready') throw new Error(`the connection to Redis is ${redis.status}`)
    const keys = allowances.map(({ key }) => `miniobserv:attempts:${key}`)
    const numbers = allowances.flatMap(({ burst, each }) => [burst, each])
    return within(PATIENCE, redis.eval(script, keys.length, ...keys, ...numbers))
  }
  return {
    take: async (allowances: readonly Allowance[]) => (await run(TAKE, allowances)) as number[],
    async giveBack(allowances: readonly Allowance[]): Promise<void> {
      await run(GIVE_BACK, allowances)
    }
  }
}
