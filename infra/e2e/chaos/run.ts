/** A whole chaos run: start everything, let it go wrong for a while, let it come to rest, and judge. */
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPool } from '@miniobserv/db'
import { openRedis, STREAMS } from '@miniobserv/stream'
import { makeRunDirectory } from '../../testkit/leftover-runs.ts'
import { openDoor } from './door.ts'
import { noFaults, wreak } from './faults.ts'
import { createLedger } from './ledger.ts'
import { startMeter } from './meter.ts'
import { planFaults } from './plan.ts'
import { REAL_HOST, startRealAgent } from './real-agent.ts'
import type { Report } from './report.ts'
import { untilAllAreStored, untilDrained } from './rest.ts'
import { startHost } from './simulated-host.ts'
import { startStack } from './stack.ts'
import { judgeStored, strayRows } from './stored.ts'
import { createTally } from './tally.ts'

export interface ChaosOptions {
  seed: number
  /** How long things go wrong; starting and coming to rest come on top. */
  minutes: number
  hosts: number
  /** Kills gateways alone, one every five seconds, behind Caddy. */
  caddy?: boolean
  /** Leaves the directory with all data and logs. */
  keep?: boolean
  note(text: string): void
  signal: AbortSignal
}

const SECRET = 'a secret that only chaos runs use and nobody else'
const CLAIM_AFTER_MS = 3_000
const REDIS_MEMORY = 32 * 1024 ** 2
/** Series of a host. */
const WIDTH = 24
const RHYTHM = { metricsMs: 1_000, logsMs: 1_500, lines: 12, changes: 0.02 }
const FORGETS = 0.03
const PROGRESS_EVERY = 10_000
/** How long coming to rest may take. */
const REST_MS = 240_000

/** @throws when it cannot be started, or is aborted; what is wrong in the end stands in the report */
export async function runChaos(options: ChaosOptions): Promise<Report> {
  const { seed, minutes } = options
  const began = performance.now()
  const seconds = () => ((performance.now() - began) / 1000).toFixed(1).padStart(6)
  const note = (text: string) => options.note(`${seconds()} s  ${text}`)
  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal])
  const troubles: string[] = []
  const onTrouble = (text: string) => {
    troubles.push(text)
    note(text)
  }
  const home = makeRunDirectory()
  // Last first, and all of it, whatever throws.
  const undo = new AsyncDisposableStack()
  if (!options.keep) undo.defer(() => rmSync(home, { recursive: true, force: true }))
  try {
    note(`starting the server in ${home}`)
    const stack = await startStack({
      home,
      secret: SECRET,
      ingests: 3,
      writers: 2,
      claimAfterMs: CLAIM_AFTER_MS,
      redisMemory: REDIS_MEMORY,
      onTrouble
    })
    undo.defer(() => stack.end())
    const db = openPool(stack.databaseUrl, { name: 'chaos', max: 3, onError: () => undefined })
    undo.defer(() => db.end())
    const redis = openRedis(stack.redisUrl, { name: 'chaos', onError: () => undefined })
    undo.defer(() => redis.disconnect())
    const door = await openDoor(options.caddy ?? false, stack.ingestPorts)
    undo.defer(() => door.close())
    const meter = startMeter(redis, db)
    undo.defer(() => meter.stop())

    const names = Array.from({ length: options.hosts }, (_, i) => `chaos-${String(i + 1).padStart(3, '0')}`)
    const ledger = createLedger(seed, WIDTH, names)
    const tally = createTally((sent) => meter.acknowledged(sent))
    const each = {
      seed,
      width: WIDTH,
      url: door.url,
      secret: SECRET,
      rhythm: RHYTHM,
      forgets: FORGETS,
      tally,
      signal
    }
    const hosts = ledger.hosts.map((own) => startHost({ ...each, host: own.host }, own))
    const waiting = () => hosts.reduce((sum, host) => sum + host.waiting(), 0)
    undo.defer(async () => {
      await Promise.all(hosts.map((host) => host.finish()))
    })
    const agent = await startRealAgent({ home, seed, url: door.url, secret: SECRET, signal })
    undo.defer(() => agent.stop())
    undo.defer(() => over.abort())
    await untilAllAreStored(db, [...names, REAL_HOST], signal)
    agent.write()

    const counts = noFaults()
    const progress = setInterval(() => {
      const kills = Object.values(counts.kills).reduce((a, b) => a + b, 0)
      const { backlog } = meter.measures
      note(
        `${kills} kills, ${tally.batches} batches acknowledged, ${waiting()} at the hosts, ${backlog} in the streams`
      )
    }, PROGRESS_EVERY)
    undo.defer(() => clearInterval(progress))
    const durationMs = minutes * 60_000
    const gatewaysOnly = options.caddy ?? false
    const plan = planFaults({ seed, durationMs, claimAfterMs: CLAIM_AFTER_MS, gatewaysOnly })
    note(`all is running; faults begin, seed ${seed}`)
    await wreak({ seed, plan, parts: stack.parts, door, redis, meter, counts, note, signal })

    note('faults end')
    const calm = performance.now()
    const finished = Promise.all([...hosts.map((host) => host.finish()), agent.settle(db, REST_MS)])
    await Promise.race([finished, sleep(REST_MS, undefined, { signal, ref: false }).catch(() => undefined)])
    const drained = await untilDrained(redis, calm + REST_MS, signal)
    const drainedIn = drained ? Math.round(performance.now() - calm) : undefined
    signal.throwIfAborted()
    note('reading everything back')
    return {
      ...(await judgeStored(db, ledger)),
      seed,
      minutes,
      hosts: options.hosts,
      door: door.name,
      faults: counts,
      troubles,
      acknowledgedBatches: tally.batches,
      retries: tally.retries,
      refusals: tally.refusals,
      broken: tally.broken,
      refusedForGood: tally.refusedForGood,
      forgotten: tally.forgotten,
      unsent: waiting(),
      measures: meter.measures,
      deadLetters: await redis.xlen(STREAMS.dead),
      strayRows: await strayRows(db, [...names, REAL_HOST]),
      drainedIn,
      realAgent: await agent.judge(db)
    }
  } finally {
    await undo.disposeAsync()
  }
}
