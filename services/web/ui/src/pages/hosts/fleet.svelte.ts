/** All hosts and what they measured last, kept current; it outlives the page, so that coming back shows all at once. */
import type { Host } from '@miniobserv/protocol'
import { listHosts } from '../../api/api.ts'
import { latestValues } from '../../api/latest.ts'
import { eachSample, liveSamples } from '../../api/live.ts'
import { SECOND } from '../../format/time.ts'
import { follow } from '../../state/live.svelte.ts'
import { type Resource, resource } from '../../state/resource.svelte.ts'
import { Newest } from './newest.ts'
import { byName, makeRow, type Row } from './rows.ts'

const EVERY = 10 * SECOND
/** Above so many hosts the list of them is asked for less often; their values are not. */
const MANY = 1000

/** What a row shows beside the CPU, which only one mode is asked of. */
const OTHERS = ['system.memory.utilization', 'system.filesystem.utilization', 'system.network.io'] as const

const newest = new Newest()
let kept: Host[] | undefined
/** Goes up when the list was changed here. */
let changes = $state(0)

export function listChanged(): void {
  changes++
}

export class Fleet {
  /** By name. */
  readonly #hosts: Resource<Host[]>
  readonly #values: Resource<true>
  /** Goes up with every news. */
  #version = $state(0)
  /** Goes up where live values may have a hole. */
  #holes = $state(0)
  readonly rows = $derived.by(() => this.#makeRows())
  /** Goes up when it is time to put rows into order again: at every news they would never stand still. */
  beat = $state(0)

  /** Must be made while a component is. */
  constructor() {
    this.#hosts = resource(
      async (signal) => {
        void changes
        kept = byName(await listHosts(signal))
        this.beat++
        return kept
      },
      { every: () => ((kept?.length ?? 0) > MANY ? 3 : 1) * EVERY, initial: kept }
    )
    const live = follow(() => ({
      question: liveSamples({ metrics: ['system.cpu.utilization', ...OTHERS] }),
      onReset: () => {
        // The first one comes with the connection, beside the first load.
        if (this.#values.data) this.#holes++
      },
      onData: (data) => {
        newest.take(eachSample(data))
        this.#version++
      }
    }))
    this.#values = resource((signal) => this.#loadValues(signal), {
      every: () => (live.status === 'cut' ? EVERY : null)
    })
  }

  get hosts(): Host[] | undefined {
    return this.#hosts.data
  }

  /** Why what is shown may be old. */
  get error(): Error | undefined {
    return this.#hosts.error ?? this.#values.error
  }

  async #loadValues(signal: AbortSignal): Promise<true> {
    void this.#holes
    const [cpu, rest] = await Promise.all([
      latestValues(['system.cpu.utilization'], { 'cpu.mode': 'idle' }, signal),
      latestValues(OTHERS, {}, signal)
    ])
    newest.take(cpu)
    newest.take(rest)
    this.#version++
    this.beat++
    return true
  }

  #makeRows(): Map<string, Row> {
    void this.#version
    return new Map((this.hosts ?? []).map((host) => [host.name, makeRow(host, newest.of(host.name))]))
  }
}
