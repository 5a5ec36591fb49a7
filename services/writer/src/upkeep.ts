/** What a writer does beside storing: rolls up what is due, drops what is too old or too much, and forgets silent hosts. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Keep, type PartitionKeeper, type Pool, transaction } from '@miniobserv/db'
import type { Logger } from '@miniobserv/service'
import { Counter, Gauge, type Registry } from 'prom-client'
import { removeSilent } from './hosts.ts'
import { dropDoomed, type Found } from './retention.ts'
import { HOURS, MINUTES, progress, rollUpStep, type Tier, takeTurn } from './rollups.ts'

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
  /** How long a host that sends nothing stays on the list, ms. */
  keepHosts: number
  /** After so long, ms, of catching up the disk is looked at before it goes on. */
  spell?: number
}

/** `more`: it took longer than a spell; `theirs`: another writer is at it. */
type Progress = 'done' | 'more' | 'theirs'

export function startUpkeep(duties: Duties): Upkeep {
  const { db, partitions, log, now, metrics, interval, keep, keepHosts, spell = 10_000 } = duties
  const stopping = new AbortController()
  const { signal } = stopping
  const meters = createMeters(metrics, keep.maxDisk)

  async function rollUp(tier: Tier): Promise<Progress> {
    const began = performance.now()
    let rows = 0
    let how: Progress = 'more'
    while (how === 'more' && !signal.aborted) {
      const done = await rollUpStep(db, partitions, tier, now())
      rows += done ?? 0
      if (done === undefined) how = 'theirs'
      else if (done === 0) how = 'done'
      else if (performance.now() - began > spell) break
    }
    meters.rolledUp.inc({ tier: tier.table }, rows)
    meters.seconds.inc({ tier: tier.table }, (performance.now() - began) / 1_000)
    if (how === 'more' && !signal.aborted)
      log.info({ tier: tier.table, rows }, `catching up: ${rows} rows of ${tier.table}, and more to come`)
    return how
  }

  /** @returns whether there is more to do at once */
  async function round(): Promise<boolean> {
    const found: Progress[] = []
    try {
      for (const tier of [MINUTES, HOURS]) {
        found.push(await rollUp(tier))
        const { done } = await progress(db, tier)
        if (done > 0) meters.lag.set({ tier: tier.table }, (now() - done) / 1_000)
      }
    } finally {
      // Whatever became of it: a disk that is full may be why it failed.
      if (!signal.aborted) await drop()
    }
    return found.includes('more')
  }

  async function drop(): Promise<void> {
    // One writer at a time: two that saw the same need would drop twice as much.
    const found = await transaction(db, async (client) =>
      (await takeTurn(client)) ? await dropDoomed(db, keep, now()) : undefined
    )
    if (!found) return
    meters.used.set(found.used)
    tell(found)
    for (const host of await removeSilent(db, now() - keepHosts, now()))
      log.info({ host }, `${host} is off the list: it sent nothing for KEEP_HOSTS`)
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
        const more = await round()
        pause = interval
        if (more) continue
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
    lag: new Gauge({
      name: 'miniobserv_rollup_lag_seconds',
      help: 'How long ago what is complete in minutes or hours ends; an hour and more for hours.',
      labelNames: ['tier'],
      registers
    }),
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
