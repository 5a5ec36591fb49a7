/** What a writer does beside storing: rolls up what is due, and drops what is too old or too much. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Keep, PartitionKeeper, Pool } from '@miniobserv/db'
import type { Logger } from '@miniobserv/service'
import { Counter, Gauge, type Registry } from 'prom-client'
import { dropDoomed, type Found } from './retention.ts'
import { HOURS, MINUTES, rollUpStep, type Tier } from './rollups.ts'

export interface Upkeep {
  /** Ends after the step in hand. */
  stop(): Promise<void>
}

interface Duties {
  db: Pool
  partitions: PartitionKeeper
  log: Logger
  now: () => number
  metrics: Registry
  /** ms */
  interval: number
  keep: Keep
}

/** A round of rolling up that takes longer than this, ms, says how far it is. */
const TELL_AFTER = 10_000

export function startUpkeep({ db, partitions, log, now, metrics, interval, keep }: Duties): Upkeep {
  const stopping = new AbortController()
  const { signal } = stopping
  const meters = createMeters(metrics, keep.maxDisk)

  /** @returns whether all that is due is done, by this writer */
  async function rollUp(tier: Tier): Promise<boolean> {
    const began = performance.now()
    let told = began
    let rows = 0
    while (!signal.aborted) {
      const done = await rollUpStep(db, partitions, tier, now())
      if (done === undefined) return false
      if (done === 0) {
        meters.rolledUp.inc({ tier: tier.table }, rows)
        meters.seconds.inc({ tier: tier.table }, (performance.now() - began) / 1_000)
        return true
      }
      rows += done
      if (performance.now() - told < TELL_AFTER) continue
      told = performance.now()
      log.info({ tier: tier.table, rows }, `catching up: ${rows} rows of ${tier.table} so far`)
    }
    return false
  }

  async function round(): Promise<void> {
    const mine = (await rollUp(MINUTES)) && (await rollUp(HOURS))
    if (!mine) return
    const found = await dropDoomed(db, keep, now())
    meters.used.set(found.used)
    tell(found)
  }

  let toldFull = false
  function tell({ dropped, held, used, over }: Found): void {
    for (const { name, bytes, why } of dropped) {
      const because =
        why === 'age' ? 'it is older than its table is kept' : 'the database takes more than MAX_DISK'
      log.info({ partition: name, bytes, why }, `${name} was dropped: ${because}`)
    }
    for (const { name } of held) log.warn({ partition: name }, `${name} is in use and will be dropped later`)
    if (over && !toldFull) {
      log.error(
        { used, maxDisk: keep.maxDisk },
        'the database takes more than MAX_DISK, and what is left is of today: give it more room, or keep less'
      )
    }
    toldFull = over
  }

  async function run(): Promise<void> {
    for (let pause = interval; !signal.aborted; ) {
      try {
        await round()
        pause = interval
      } catch (err) {
        pause = Math.min(pause * 2, Math.max(60_000, interval))
        log.error({ err }, `rolling up or dropping failed; trying again in ${pause} ms`)
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined)
    }
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    }
  }
}

function createMeters(registry: Registry, maxDisk: number | undefined) {
  const registers = [registry]
  const used = new Gauge({ name: 'miniobserv_database_bytes', help: 'What the database takes.', registers })
  const budget = new Gauge({
    name: 'miniobserv_database_budget_bytes',
    help: 'MAX_DISK; 0 for none.',
    registers
  })
  budget.set(maxDisk ?? 0)
  return {
    used,
    rolledUp: new Counter({
      name: 'miniobserv_rollup_rows_total',
      help: 'Rows of minutes and hours computed, those computed anew included.',
      labelNames: ['tier'],
      registers
    }),
    seconds: new Counter({
      name: 'miniobserv_rollup_seconds_total',
      help: 'Time spent on it.',
      labelNames: ['tier'],
      registers
    })
  }
}
