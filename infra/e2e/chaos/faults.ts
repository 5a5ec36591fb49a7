/** Does what the plan says, to whatever runs at that time. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Door } from './door.ts'
import { FILLER, type Meter } from './meter.ts'
import type { Fault } from './plan.ts'
import { createRandom } from './random.ts'
import type { Kind, Supervised } from './supervise.ts'

export interface FaultCounts {
  kills: Record<Kind, number>
  databaseStops: number
  stalls: number
  fills: number
  cuts: number
  /** Nothing was there to do it to. */
  skipped: number
}

export interface FaultsOptions {
  seed: number
  plan: readonly Fault[]
  parts: readonly Supervised[]
  door: Door
  redis: Redis
  meter: Meter
  counts: FaultCounts
  /** Tells each event. */
  note(text: string): void
  signal: AbortSignal
}

export const noFaults = (): FaultCounts => ({
  kills: { ingest: 0, writer: 0, redis: 0, postgres: 0 },
  databaseStops: 0,
  stalls: 0,
  fills: 0,
  cuts: 0,
  skipped: 0
})

/** How long a fault waits for a victim that runs, ms. */
const PATIENCE = 5_000

/** Resolves when the plan is through and all that it broke runs again. */
export async function wreak(options: FaultsOptions): Promise<void> {
  const { seed, plan, parts, door, redis, meter, counts, note, signal } = options
  const start = performance.now()
  const random = createRandom(seed, 'cut')
  const wait = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined)

  async function victim(kind: Kind, which: number): Promise<Supervised | undefined> {
    for (const deadline = performance.now() + PATIENCE; !signal.aborted; await wait(50)) {
      const running = parts.filter((part) => part.kind === kind && part.up)
      if (running.length > 0) return running[Math.floor(which * running.length)]
      if (performance.now() > deadline) break
    }
    counts.skipped++
    return undefined
  }

  async function happen(fault: Fault): Promise<void> {
    switch (fault.what) {
      case 'kill': {
        const part = await victim(fault.kind, fault.which)
        if (!part) return
        note(`kill -9 ${part.name}, back in ${fault.downMs} ms`)
        counts.kills[fault.kind]++
        meter.killed(fault.kind)
        return part.kill(fault.downMs)
      }
      case 'stop database': {
        const part = await victim('postgres', 0)
        if (!part) return
        note(`the database stops for ${fault.downMs} ms`)
        counts.databaseStops++
        return part.stopFor(fault.downMs)
      }
      case 'stall writer': {
        const part = await victim('writer', fault.which)
        if (!part) return
        note(`${part.name} halts for ${fault.forMs} ms`)
        counts.stalls++
        return part.stall(fault.forMs)
      }
      case 'fill redis': {
        note(`Redis is full for ${fault.forMs} ms`)
        counts.fills++
        return fill(fault.forMs)
      }
      case 'cut':
        counts.cuts += door.cut(fault.count, random)
    }
  }

  /** A key as large as what is left of `maxmemory`; one command, so that the append-only file stays small. */
  async function fill(forMs: number): Promise<void> {
    const until = performance.now() + forMs
    for (let filled = false; !filled && !signal.aborted && performance.now() < until; await wait(200)) {
      filled = await redis
        .info('memory')
        .then((info) => redis.setrange(FILLER, room(info), 'x'))
        .then(...yesOrNo)
    }
    await wait(until - performance.now())
    while (!(await redis.del(FILLER).then(...yesOrNo)) && !signal.aborted) await wait(200)
  }

  const happening: Promise<void>[] = []
  for (const fault of plan) {
    await wait(fault.at - (performance.now() - start))
    if (signal.aborted) break
    happening.push(happen(fault))
  }
  await Promise.all(happening)
}

const yesOrNo = [() => true, () => false] as const

/** Bytes until Redis refuses writes, and some more: what it uses goes up and down a little. */
function room(info: string): number {
  const number = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0)
  return Math.max(0, number('maxmemory') - number('used_memory')) + 512 * 1024
}
