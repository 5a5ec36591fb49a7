/** Watches from outside how far behind the server is, and how long it takes to come back from each kill. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from '@miniobserv/db'
import { STREAMS } from '@miniobserv/stream'
import type { Redis } from 'ioredis'
import type { Kind } from './supervise.ts'

export interface Measures {
  /** Entries in both streams now, and the most at any time. */
  backlog: number
  maxBacklog: number
  /** What Redis used, bytes; the second without what a fault filled it with. */
  peakRedisMemory: number
  peakOwnMemory: number
  /** The longest from a kill to the next 202, and to the next commit, ms, by what was killed. */
  toAcknowledge: Partial<Record<Kind, number>>
  toCommit: Partial<Record<Kind, number>>
}

export interface Meter {
  measures: Measures
  killed(kind: Kind): void
  /** A request that began at `sent`, monotonic ms, got its 202. */
  acknowledged(sent: number): void
  stop(): Promise<void>
}

interface Wound {
  kind: Kind
  at: number
  /** The first state of the hosts that was seen since. */
  baseline?: string
}

/** Commits are noticed this much too late at most, ms; and `last_seen` moves only once a second. */
const LOOK_EVERY = 250

/** The fault's own key, which is no backlog. */
export const FILLER = 'chaos:filler'

export function startMeter(redis: Redis, db: Pool): Meter {
  const measures: Measures = {
    backlog: 0,
    maxBacklog: 0,
    peakRedisMemory: 0,
    peakOwnMemory: 0,
    toAcknowledge: {},
    toCommit: {}
  }
  const stopping = new AbortController()
  let unanswered: Wound[] = []
  let uncommitted: Wound[] = []

  async function lookAtRedis(): Promise<void> {
    const [metrics, logs, info, filler] = await Promise.all([
      redis.xlen(STREAMS.metrics),
      redis.xlen(STREAMS.logs),
      redis.info('memory'),
      redis.strlen(FILLER)
    ])
    const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1] ?? 0)
    measures.backlog = metrics + logs
    measures.maxBacklog = Math.max(measures.maxBacklog, measures.backlog)
    measures.peakRedisMemory = Math.max(measures.peakRedisMemory, used)
    measures.peakOwnMemory = Math.max(measures.peakOwnMemory, used - filler)
  }

  async function lookAtDatabase(): Promise<void> {
    const began = performance.now()
    const { rows } = await db.query<{ state: string }>(
      'select sum(extract(epoch from last_seen))::text as state from hosts'
    )
    const state = rows[0]?.state ?? ''
    uncommitted = uncommitted.filter((wound) => {
      if (wound.at > began) return true
      wound.baseline ??= state
      if (wound.baseline === state) return true
      longest(measures.toCommit, wound)
      return false
    })
  }

  async function repeat(look: () => Promise<void>): Promise<void> {
    while (!stopping.signal.aborted) {
      await look().catch(() => undefined) // what it looks at is down
      await sleep(LOOK_EVERY, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const running = Promise.all([repeat(lookAtRedis), repeat(lookAtDatabase)])
  return {
    measures,
    killed(kind) {
      const at = performance.now()
      unanswered.push({ kind, at })
      uncommitted.push({ kind, at })
    },
    acknowledged(sent) {
      if (unanswered.length === 0) return
      unanswered = unanswered.filter((wound) => {
        if (wound.at > sent) return true
        longest(measures.toAcknowledge, wound)
        return false
      })
    },
    async stop() {
      stopping.abort()
      await running
    }
  }
}

function longest(record: Partial<Record<Kind, number>>, { kind, at }: Wound): void {
  record[kind] = Math.max(record[kind] ?? 0, Math.round(performance.now() - at))
}
