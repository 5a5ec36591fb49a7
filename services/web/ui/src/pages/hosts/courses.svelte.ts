/** The last half hour of the hosts that are on the screen: three questions for all of them, asked when scrolling rests. */
import { SvelteMap } from 'svelte/reactivity'
import { queryMetric } from '../../api/api.ts'
import type { Points } from '../../charts/picture.ts'
import { MINUTE, SECOND } from '../../format/time.ts'

export interface Course {
  /** Epoch ms. */
  from: number
  to: number
  /** 0 to 1. */
  cpu: Points
  memory: Points
  /** Bytes a second, all interfaces. */
  network: Points
}

const SPAN = 30 * MINUTE
/** Seconds a bucket: some sixty points are all that the width of a word shows. */
const STEP = 30
/** How old a course may be. */
const FRESH = 30 * SECOND
const REST_MS = 120
/** Hosts in one question. */
const PORTION = 60
/** So many are remembered, for scrolling back. */
const KEPT = 400

const NOTHING: Points = []

export class Courses {
  readonly #found = new SvelteMap<string, Course>()
  readonly #now: () => number
  #timer: ReturnType<typeof setTimeout> | undefined
  #under: AbortController | undefined

  constructor(now: () => number) {
    this.#now = now
  }

  get(host: string): Course | undefined {
    return this.#found.get(host)
  }

  /** Gets what is missing or old of these hosts, once nobody asks for others. */
  want(hosts: readonly string[]): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#load(hosts), REST_MS)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#under?.abort()
  }

  async #load(hosts: readonly string[]): Promise<void> {
    if (document.hidden) return
    const now = this.#now()
    const old = hosts.filter((host) => (this.#found.get(host)?.to ?? 0) <= now - FRESH)
    this.#under?.abort()
    this.#under = new AbortController()
    const { signal } = this.#under
    for (let i = 0; i < old.length && !signal.aborted; i += PORTION) {
      // What fails is asked for again by itself: a course is an adornment, not worth an error.
      await this.#ask(old.slice(i, i + PORTION), now, signal).catch(() => {})
    }
  }

  async #ask(hosts: string[], to: number, signal: AbortSignal): Promise<void> {
    const about = { host: hosts, from: to - SPAN, to, step: STEP, by: ['host'] }
    const [idle, memory, network] = await Promise.all([
      queryMetric({ ...about, metric: 'system.cpu.utilization', labels: { 'cpu.mode': 'idle' } }, signal),
      queryMetric({ ...about, metric: 'system.memory.utilization' }, signal),
      queryMetric({ ...about, metric: 'system.network.io', across: 'sum' }, signal)
    ])
    const [idles, memories, networks] = [idle, memory, network].map(
      ({ series }) => new Map(series.map(({ host, points }) => [host ?? '', points]))
    )
    for (const host of hosts) {
      this.#found.delete(host) // the newest stand last
      this.#found.set(host, {
        ...{ from: to - SPAN, to, cpu: busy(idles?.get(host) ?? NOTHING) },
        ...{ memory: memories?.get(host) ?? NOTHING, network: networks?.get(host) ?? NOTHING }
      })
    }
    for (const host of this.#found.keys()) {
      if (this.#found.size <= KEPT) break
      this.#found.delete(host)
    }
  }
}

/** What is not idle is busy: one series instead of six. */
function busy(idle: Points): Points {
  return idle.map(([time, value]) => [time, value === null ? null : Math.max(0, 1 - value)])
}
