/** What a run waits for: that all hosts are known before the faults, and that nothing is on its way after them. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from '@miniobserv/db'
import { GROUP, STREAMS } from '@miniobserv/stream'
import type { Redis } from 'ioredis'

const START_MS = 60_000

/** @throws when not every host has a row in time: then nothing works, and there is no need to break it */
export async function untilAllAreStored(
  db: Pool,
  hosts: readonly string[],
  signal: AbortSignal
): Promise<void> {
  const stored = async () => {
    const { rows } = await db.query('select count(*)::int as there from hosts where name = any($1)', [hosts])
    return rows[0].there === hosts.length
  }
  if (await until(stored, START_MS, signal)) return
  signal.throwIfAborted()
  throw new Error(`not every host was stored ${START_MS / 1000} s after the start`)
}

/** Whether both streams are empty, and nothing pending in them, before `deadline` (monotonic ms). */
export function untilDrained(redis: Redis, deadline: number, signal: AbortSignal): Promise<boolean> {
  return until(() => isDrained(redis), deadline - performance.now(), signal)
}

export async function isDrained(redis: Redis): Promise<boolean> {
  for (const stream of [STREAMS.metrics, STREAMS.logs]) {
    const [pending] = await redis.xpending(stream, GROUP)
    if ((await redis.xlen(stream)) > 0 || Number(pending) > 0) return false
  }
  return true
}

/** Asks until the answer is yes; an error is a no. */
async function until(ask: () => Promise<boolean>, within: number, signal: AbortSignal): Promise<boolean> {
  for (const deadline = performance.now() + within; ; ) {
    if (await ask().catch(() => false)) return true
    if (signal.aborted || performance.now() > deadline) return false
    await sleep(200, undefined, { signal }).catch(() => undefined)
  }
}
